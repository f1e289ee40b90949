import { IpcError } from '../errors.ts';

/** Containers inside of each other that a message may have. Each needs a byte: shorter ones need no look. */
export const MAX_DEPTH = 200;

/**
 * Throws `malformed` for a value that is nested deeper than anybody means. What passes can be encoded again, in either
 * encoding and however little is left of the stack: else one line of brackets could end the process.
 */
export function checkDepth(value: unknown): void {
  if (isDeeperThan(value, MAX_DEPTH)) throw new IpcError('malformed', `A message is nested deeper than ${MAX_DEPTH}.`);
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (depth === 0) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.some((part) => isDeeperThan(part, depth - 1));
}
