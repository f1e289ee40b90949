import { type InputEvent, joinKey, type MouseInput } from './key.ts';

const finals: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  H: 'Home',
  F: 'End',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
};

const tildes: Readonly<Record<number, string>> = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PgUp',
  6: 'PgDn',
  7: 'Home',
  8: 'End',
  11: 'F1',
  12: 'F2',
  13: 'F3',
  14: 'F4',
  15: 'F5',
  17: 'F6',
  18: 'F7',
  19: 'F8',
  20: 'F9',
  21: 'F10',
  23: 'F11',
  24: 'F12',
};

const codes: Readonly<Record<number, string>> = {
  9: 'Tab',
  13: 'Enter',
  27: 'Esc',
  32: 'Space',
  127: 'Backspace',
};

// xterm: 1 + shift 1 + alt 2 + ctrl 4.
function heldKeys(parameter: number | undefined): string[] {
  const bits = Math.max(0, (parameter ?? 1) - 1);
  return [...(bits & 4 ? ['Ctrl'] : []), ...(bits & 2 ? ['Alt'] : []), ...(bits & 1 ? ['Shift'] : [])];
}

function key(name: string, held: readonly string[]): InputEvent {
  return { type: 'key', key: joinKey(name, held), text: '' };
}

// CSI code ; modifiers u (kitty, tmux extended-keys) and CSI 27 ; modifiers ; code ~ (xterm modifyOtherKeys).
function codedKey(code: number, modifier: number | undefined): InputEvent | null {
  const held = heldKeys(modifier);
  const named = codes[code];
  if (named !== undefined)
    return held.length === 0 && code === 32 ? { type: 'key', key: 'Space', text: ' ' } : key(named, held);
  if (!Number.isInteger(code) || code < 32 || code > 0x10ffff) return null;
  const character = String.fromCodePoint(code);
  if (held.includes('Ctrl'))
    return key(
      character.toUpperCase(),
      held.filter((name) => name !== 'Shift'),
    );
  const shown = held.includes('Shift') ? character.toUpperCase() : character;
  const others = held.filter((name) => name !== 'Shift');
  return others.length > 0 ? key(shown, others) : { type: 'key', key: shown, text: shown };
}

function mouseKind(code: number, isRelease: boolean): MouseInput['kind'] {
  if (code & 64) return code & 1 ? 'wheel-down' : 'wheel-up';
  if (isRelease) return 'release';
  return code & 32 ? 'drag' : 'press';
}

// SGR 1006: CSI < code ; column ; row M or m.
function mouse(parameters: readonly number[], final: string): InputEvent | null {
  const [code = 0, column = 0, row = 0] = parameters;
  // Wheels that tilt (66, 67) do nothing here.
  if (column < 1 || row < 1 || (code & 66) === 66) return null;
  const buttons = ['left', 'middle', 'right', 'none'] as const;
  const button = code & 64 ? 'none' : (buttons[code & 3] ?? 'none');
  const kind = mouseKind(code, final === 'm');
  return { type: 'mouse', mouse: { kind, button, column: column - 1, row: row - 1, shift: (code & 4) !== 0 } };
}

function tildeKey([code = 0, modifier, other]: readonly number[]): InputEvent | null {
  if (code === 27 && other !== undefined) return codedKey(other, modifier);
  const name = tildes[code];
  return name === undefined ? null : key(name, heldKeys(modifier));
}

type FinalReader = (parameters: readonly number[], body: string) => InputEvent | null;

function letterKey(final: string): FinalReader {
  return ([, modifier]) => {
    const name = finals[final];
    return name === undefined ? null : key(name, heldKeys(modifier));
  };
}

const readers: Readonly<Record<string, FinalReader>> = {
  I: (_parameters, body) => (body === '' ? { type: 'focus', hasFocus: true } : null),
  O: (_parameters, body) => (body === '' ? { type: 'focus', hasFocus: false } : null),
  Z: () => key('Tab', ['Shift']),
  '~': tildeKey,
  u: ([code = 0, modifier]) => codedKey(code, modifier),
  // F3 with modifiers looks like a cursor position in row 1; nobody binds that.
  R: (parameters, body) => {
    const [row = 0, column = 0] = parameters;
    return parameters.length === 2 ? { type: 'cursor-position', row, column } : letterKey('R')(parameters, body);
  },
};

/** What a whole CSI sequence means; null for answers and keys that nobody uses. */
export function parseCsi(sequence: string): InputEvent | null {
  const final = sequence.at(-1) ?? '';
  const body = sequence.slice(2, -1);
  if (body.startsWith('<')) return mouse(body.slice(1).split(';').map(Number), final);
  if (!/^[\d;:]*$/u.test(body)) return null;
  // Sub-parameters after a colon (kitty's event types and alternates) are not needed.
  const parameters = body.split(';').map((part) => Number(part.split(':')[0] ?? ''));
  return (readers[final] ?? letterKey(final))(parameters, body);
}

/** ESC O and a letter: arrows in application mode, F1 to F4. */
export function parseSs3(final: string): InputEvent | null {
  if (final === 'M') return key('Enter', []);
  const name = finals[final];
  return name === undefined ? null : key(name, []);
}
