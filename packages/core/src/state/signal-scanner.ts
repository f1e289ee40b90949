import { parseOsc } from './parse-osc.ts';
import type { Signal } from './signal.ts';

/** Reads one terminal's raw output, in pieces of any size. */
export interface SignalScanner {
  /** The signals that end in these bytes, in order. Never throws; memory is bounded. */
  push(bytes: Uint8Array): readonly Signal[];
}

const nothing: readonly Signal[] = [];
const decoder = new TextDecoder();

// Longer ones are images or hostile; they are skipped to their end.
const maxOscBytes = 4096;
const maxCsiBytes = 64;

const bel = 0x07;
const can = 0x18;
const sub = 0x1a;
const esc = 0x1b;
const backslash = 0x5c;

type State = 'text' | 'escape' | 'csi' | 'osc' | 'osc-escape' | 'string' | 'string-escape';

function isStringStart(byte: number): boolean {
  // DCS P, SOS X, PM ^, APC _, and screen's window title k.
  return byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f || byte === 0x6b;
}

function parseCsi(content: string): Signal | null {
  const match = /^\?([\d;]+)([hl])$/.exec(content);
  if (!match?.[1]) return null;
  const isAlternate = match[1].split(';').some((mode) => mode === '1049' || mode === '1047' || mode === '47');
  return isAlternate ? { type: 'alternate-screen', isOn: match[2] === 'h' } : null;
}

class Scanner implements SignalScanner {
  #state: State = 'text';
  #held = new Uint8Array(128);
  #length = 0;
  #signals: Signal[] | null = null;
  #nextBell = -1;

  push(bytes: Uint8Array): readonly Signal[] {
    this.#signals = null;
    this.#nextBell = bytes.indexOf(bel);
    let index = 0;
    while (index < bytes.length) {
      if (this.#state === 'text') index = this.#skipText(bytes, index);
      else {
        const byte = bytes[index];
        if (byte !== undefined) this.#step(byte);
        index += 1;
      }
    }
    return this.#signals ?? nothing;
  }

  /** Most output is text: let the engine's own search run over it. */
  #skipText(bytes: Uint8Array, from: number): number {
    const found = bytes.indexOf(esc, from);
    const end = found < 0 ? bytes.length : found;
    // Looked for anew only once it is passed: output full of colours must not be searched from each of them to its end.
    if (this.#nextBell >= 0 && this.#nextBell < from) this.#nextBell = bytes.indexOf(bel, from);
    // One bell is as good as ten.
    if (this.#nextBell >= 0 && this.#nextBell < end) this.#emit({ type: 'bell' });
    if (found < 0) return bytes.length;
    this.#state = 'escape';
    return found + 1;
  }

  #step(byte: number): void {
    if (byte === can || byte === sub) this.#state = 'text';
    else if (this.#state === 'escape') this.#afterEscape(byte);
    else if (this.#state === 'csi') this.#inCsi(byte);
    else if (this.#state === 'osc') this.#inOsc(byte);
    else if (this.#state === 'osc-escape') this.#afterOscEscape(byte);
    else if (this.#state === 'string') this.#state = byte === esc ? 'string-escape' : 'string';
    // Inside a string ESC ESC is data (tmux passthrough), only ESC \ ends it.
    else this.#state = byte === backslash ? 'text' : 'string';
  }

  #afterOscEscape(byte: number): void {
    if (byte === backslash) this.#endOsc();
    else this.#afterEscape(byte);
  }

  #afterEscape(byte: number): void {
    this.#length = 0;
    if (byte === 0x5d) this.#state = 'osc';
    else if (byte === 0x5b) this.#state = 'csi';
    else if (isStringStart(byte)) this.#state = 'string';
    else if (byte !== esc) this.#state = 'text';
    else this.#state = 'escape';
  }

  #inCsi(byte: number): void {
    if (byte === esc) {
      this.#state = 'escape';
      return;
    }
    this.#hold(byte, maxCsiBytes);
    if (byte < 0x40 || byte > 0x7e) return;
    this.#state = 'text';
    // SGR and cursor moves are nearly all of them; only modes are worth decoding.
    if (this.#held[0] === 0x3f) this.#emit(parseCsi(this.#take(maxCsiBytes)));
  }

  #inOsc(byte: number): void {
    if (byte === bel) this.#endOsc();
    else if (byte === esc) this.#state = 'osc-escape';
    else this.#hold(byte, maxOscBytes);
  }

  #endOsc(): void {
    this.#state = 'text';
    this.#emit(parseOsc(this.#take(maxOscBytes)));
  }

  /** Counts on past the limit, so that `#take` knows that something is missing. */
  #hold(byte: number, limit: number): void {
    if (this.#length < limit) {
      if (this.#length === this.#held.length) {
        const larger = new Uint8Array(this.#held.length * 4);
        larger.set(this.#held);
        this.#held = larger;
      }
      this.#held[this.#length] = byte;
    }
    this.#length += 1;
  }

  #take(limit: number): string {
    return this.#length > limit ? '' : decoder.decode(this.#held.subarray(0, this.#length));
  }

  #emit(signal: Signal | null): void {
    if (signal === null) return;
    this.#signals ??= [];
    this.#signals.push(signal);
  }
}

/** A scanner for one terminal, from its first byte on. */
export function createSignalScanner(): SignalScanner {
  return new Scanner();
}
