import type { Key } from '../keys/key.ts';

/** A key as the footer writes it: `^L` for Ctrl+L, arrows as they are. */
export function shortKey(key: Key): string {
  return key.replace(/^Ctrl\+(.)$/u, '^$1');
}
