/** One thing a person (or a program) did at the terminal. */
export type InputEvent =
  | { readonly type: 'text'; readonly text: string }
  /** Bracketed paste, whole, with newlines as `\n`. */
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'mouse'; readonly column: number; readonly row: number; readonly isPress: boolean };

/** A key press as the demo agent understands it. */
export type Key =
  | 'enter'
  | 'newline'
  | 'escape'
  | 'interrupt'
  | 'end-of-input'
  | 'clear'
  | 'backspace'
  | 'up'
  | 'down'
  | 'left'
  | 'right';

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';

const keys: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'newline',
  '\x03': 'interrupt',
  '\x04': 'end-of-input',
  '\x15': 'clear',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1b\r': 'newline',
};

// oxlint-disable-next-line no-control-regex -- keys are escape sequences
const token = /\x1b\[<\d+;\d+;\d+[Mm]|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[A-Za-z]|\x1b\r|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/gy;

/** Turns raw terminal input, in pieces of any size, into events. */
export class InputDecoder {
  readonly #decoder = new TextDecoder();
  #pasted: string[] | null = null;
  #rest = '';

  push(bytes: Uint8Array): readonly InputEvent[] {
    const events: InputEvent[] = [];
    let text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    this.#rest = '';
    while (text !== '')
      text = this.#pasted === null ? this.#readKeys(text, events) : this.#readPaste(text, this.#pasted, events);
    return events;
  }

  /** Reads up to a paste's beginning; answers with what is left. */
  #readKeys(text: string, events: InputEvent[]): string {
    const start = text.indexOf(pasteStart);
    const plain = start < 0 ? text : text.slice(0, start);
    const held = start < 0 ? heldBack(plain, pasteStart) : 0;
    for (const [part] of plain.slice(0, plain.length - held).matchAll(token)) {
      const event = toEvent(part);
      if (event !== null) events.push(event);
    }
    this.#rest = held === 0 ? '' : plain.slice(-held);
    if (start < 0) return '';
    this.#pasted = [];
    return text.slice(start + pasteStart.length);
  }

  #readPaste(text: string, pasted: string[], events: InputEvent[]): string {
    const end = text.indexOf(pasteEnd);
    if (end < 0) {
      const held = heldBack(text, pasteEnd);
      pasted.push(text.slice(0, text.length - held));
      this.#rest = held === 0 ? '' : text.slice(-held);
      return '';
    }
    pasted.push(text.slice(0, end));
    // tmux turns newlines of a pasted buffer into carriage returns, as terminals do.
    events.push({ type: 'paste', text: pasted.join('').replace(/\r\n?/g, '\n') });
    this.#pasted = null;
    return text.slice(end + pasteEnd.length);
  }
}

/** Length of the ending that may be the beginning of a marker. A lone Escape is a key, not a beginning. */
function heldBack(text: string, marker: string): number {
  for (let length = Math.min(marker.length - 1, text.length); length > 1; length -= 1) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return marker === pasteEnd && text.endsWith('\x1b') ? 1 : 0;
}

function toEvent(part: string): InputEvent | null {
  const key = Object.hasOwn(keys, part) ? keys[part] : undefined;
  if (key !== undefined) return { type: 'key', key };
  if (part === '\x1b') return { type: 'key', key: 'escape' };
  const mouse = /^.\[<\d+;(\d+);(\d+)([Mm])$/s.exec(part);
  if (mouse) return { type: 'mouse', column: Number(mouse[1]), row: Number(mouse[2]), isPress: mouse[3] === 'M' };
  const isText = part >= ' ' && part !== '\x7f';
  return isText ? { type: 'text', text: part } : null;
}
