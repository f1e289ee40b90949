import { decodeLeader, decodeMark } from '../workspace-port.ts';
import { parseCsi, parseSs3 } from './csi.ts';
import { type InputEvent, joinKey } from './key.ts';

const ESC = '\u001b';
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/** A paste larger than this is delivered in parts: memory stays bounded whatever the terminal sends. */
const MAX_PASTE = 4_000_000;
/** No sequence that we know is longer; more is noise. */
const MAX_SEQUENCE = 256;

const controls: Readonly<Record<string, string>> = {
  '\r': 'Enter',
  '\n': 'Ctrl+J',
  '\t': 'Tab',
  '\u007f': 'Backspace',
  '\b': 'Ctrl+H',
  '\u0000': 'Ctrl+Space',
  '\u001c': 'Ctrl+\\',
  '\u001d': 'Ctrl+]',
  '\u001e': 'Ctrl+^',
  '\u001f': 'Ctrl+_',
};

function plainKey(character: string): InputEvent {
  const named = controls[character];
  if (named !== undefined) return { type: 'key', key: named, text: '' };
  const code = character.codePointAt(0) ?? 0;
  if (code < 27) return { type: 'key', key: `Ctrl+${String.fromCharCode(code + 64)}`, text: '' };
  return { type: 'key', key: character === ' ' ? 'Space' : character, text: character };
}

function altKey(event: InputEvent): InputEvent {
  if (event.type !== 'key') return event;
  const parts = event.key.length === 1 ? [event.key] : event.key.split('+');
  return { type: 'key', key: joinKey(parts.at(-1) ?? '', [...parts.slice(0, -1), 'Alt']), text: '' };
}

type Step = { readonly event: InputEvent | null; readonly length: number } | 'incomplete';

// CSI: parameters, intermediates, one final byte.
// oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
const csiPattern = /^\u001b\[[0-?]*[ -/]*[@-~]/u;
// oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
const csiBegin = /^\u001b\[[0-?]*[ -/]*$/u;
// OSC and DCS end with BEL or ST.
// oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
const stringPattern = /^\u001b[\]PX^_]([^\u0007\u001b]*)(?:\u0007|\u001b\\)/u;

function parseString(text: string): Step {
  const match = stringPattern.exec(text);
  if (match === null) return text.length > MAX_SEQUENCE ? { event: null, length: 2 } : 'incomplete';
  const [whole, body = ''] = match;
  const colour = /^11;rgb:([\da-f]{2})[\da-f]*\/([\da-f]{2})[\da-f]*\/([\da-f]{2})/iu.exec(body);
  if (colour === null) return { event: null, length: whole.length };
  const [red = 0, green = 0, blue = 0] = colour.slice(1).map((part) => Number.parseInt(part, 16));
  const isDark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  return { event: { type: 'background', isDark }, length: whole.length };
}

function readSequence(sequence: string): InputEvent | null {
  const leader = decodeLeader(sequence);
  if (leader !== null) return { type: 'leader', ...leader };
  const number = decodeMark(sequence);
  return number === null ? parseCsi(sequence) : { type: 'mark', number };
}

function parseControl(text: string): Step {
  const sequence = csiPattern.exec(text)?.[0];
  if (sequence === undefined) {
    const isGrowing = csiBegin.test(text) && text.length < MAX_SEQUENCE;
    return isGrowing ? 'incomplete' : { event: { type: 'key', key: 'Alt+[', text: '' }, length: 2 };
  }
  return { event: readSequence(sequence), length: sequence.length };
}

function parseSs3Step(text: string): Step {
  const final = text[2];
  return final === undefined ? 'incomplete' : { event: parseSs3(final), length: 3 };
}

function parseEscape(text: string): Step {
  switch (text[1]) {
    case undefined:
      return 'incomplete';
    case '[':
      return parseControl(text);
    case 'O':
      return parseSs3Step(text);
    case ']':
    case 'P':
      return parseString(text);
    case ESC:
      return { event: { type: 'key', key: 'Esc', text: '' }, length: 1 };
  }
  const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { event: altKey(plainKey(character)), length: 1 + character.length };
}

/** Cuts what a terminal sends into keys, pastes, mouse and focus events. Bytes may arrive in any pieces. */
export class InputParser {
  #rest = '';

  /** Reads more text; a sequence that is not whole yet waits for the next call or for `flush`. */
  push(text: string): readonly InputEvent[] {
    this.#rest += text;
    const events: InputEvent[] = [];
    while (this.#rest !== '') {
      const step = this.#rest.startsWith(PASTE_START) ? this.#paste() : this.#step();
      if (step === 'incomplete') break;
      this.#rest = this.#rest.slice(step.length);
      if (step.event !== null) events.push(step.event);
    }
    return events;
  }

  /** True while the beginning of a sequence waits for its end; a paste may take as long as it likes. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#rest.startsWith(PASTE_START);
  }

  /** Nothing came for a while: what waits was an Esc key, or Alt with a key. */
  flush(): readonly InputEvent[] {
    if (!this.isWaiting) return [];
    const rest = this.#rest;
    this.#rest = '';
    if (rest === ESC) return [{ type: 'key', key: 'Esc', text: '' }];
    const tail = rest.slice(1);
    return tail.length === 1 ? [altKey(plainKey(tail))] : [];
  }

  #step(): Step {
    if (this.#rest.startsWith(ESC)) return parseEscape(this.#rest);
    const character = String.fromCodePoint(this.#rest.codePointAt(0) ?? 0);
    return { event: plainKey(character), length: character.length };
  }

  #paste(): Step {
    const end = this.#rest.indexOf(PASTE_END, PASTE_START.length);
    if (end < 0 && this.#rest.length < MAX_PASTE) return 'incomplete';
    if (end < 0) {
      const event: InputEvent = { type: 'paste', text: this.#rest.slice(PASTE_START.length, MAX_PASTE) };
      // The rest is still a paste: it must not turn into keys.
      this.#rest = PASTE_START + this.#rest.slice(MAX_PASTE);
      return { event, length: 0 };
    }
    return {
      event: { type: 'paste', text: this.#rest.slice(PASTE_START.length, end) },
      length: end + PASTE_END.length,
    };
  }
}
