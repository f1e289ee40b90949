/**
 * A key in the notation of the registry, the config file and the help: `j`, `K`, `|`, `Space`, `Enter`, `Esc`, `Tab`,
 * `Shift+Tab`, `Up`, `PgDn`, `Ctrl+L`, `Alt+Enter`. Printable characters stand for themselves, letters keep their case.
 */
export type Key = string;

/** What came from the terminal, one piece at a time. */
export type InputEvent =
  | {
      readonly type: 'key';
      readonly key: Key /** Text to insert; empty for keys that insert none. */;
      readonly text: string;
    }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly mouse: MouseInput }
  | { readonly type: 'focus'; readonly hasFocus: boolean }
  | { readonly type: 'leader'; readonly key: Key; readonly paneId: string | null }
  /** All that was typed before it has been read. */
  | { readonly type: 'mark'; readonly number: number }
  /** Background colour of the terminal, answer to OSC 11. */
  | { readonly type: 'background'; readonly isDark: boolean }
  /** Cursor position, answer to DSR 6; counts from 1. */
  | { readonly type: 'cursor-position'; readonly column: number; readonly row: number };

/** A mouse event; `column` and `row` count from 0. */
export interface MouseInput {
  readonly kind: 'press' | 'release' | 'drag' | 'wheel-up' | 'wheel-down';
  readonly button: 'left' | 'middle' | 'right' | 'none';
  readonly column: number;
  readonly row: number;
  readonly shift: boolean;
}

const names: Readonly<Record<string, Key>> = {
  space: 'Space',
  enter: 'Enter',
  return: 'Enter',
  esc: 'Esc',
  escape: 'Esc',
  tab: 'Tab',
  backspace: 'Backspace',
  delete: 'Delete',
  insert: 'Insert',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  home: 'Home',
  end: 'End',
  pgup: 'PgUp',
  pageup: 'PgUp',
  pgdn: 'PgDn',
  pagedown: 'PgDn',
};

const modifiers: Readonly<Record<string, string>> = {
  ctrl: 'Ctrl',
  control: 'Ctrl',
  c: 'Ctrl',
  alt: 'Alt',
  meta: 'Alt',
  m: 'Alt',
  shift: 'Shift',
  s: 'Shift',
};

const order = ['Ctrl', 'Alt', 'Shift'];

/** Puts modifiers and a base together in the one right order. */
export function joinKey(base: string, held: readonly string[]): Key {
  return [...order.filter((name) => held.includes(name)), base].join('+');
}

function baseName(base: string): string | null {
  const name = names[base.toLowerCase()];
  if (name !== undefined) return name;
  if (/^f([1-9]|1[0-2])$/iu.test(base)) return base.toUpperCase();
  return Array.from(base).length === 1 ? base : null;
}

/** A key as people may write it (`ctrl+l`, `PageUp`, `C-p`) in the registry's notation; null when it is none. */
export function parseKey(text: string): Key | null {
  if (text === ' ') return 'Space';
  // A lone `+` or `-` is a key, not a joint.
  const parts = text.length === 1 ? [text] : text.split(/(?<=.)[+-](?=.)/u);
  const base = baseName(parts.at(-1) ?? '');
  const held = parts.slice(0, -1).map((part) => modifiers[part.toLowerCase()] ?? '');
  if (base === null || held.includes('')) return null;
  // Terminals send Ctrl with a letter without its case.
  const isLetter = held.includes('Ctrl') && Array.from(base).length === 1;
  return joinKey(isLetter ? base.toUpperCase() : base, held);
}
