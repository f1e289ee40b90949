import type { InputEvent } from './key.ts';
import { InputParser } from './input-parser.ts';

/** The part of `process.stdin` that is needed; tests pass their own. */
export interface TerminalInput {
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  setRawMode?: ((isRaw: boolean) => unknown) | undefined;
}

/** A lone Esc is taken for the key after this long; a sequence over a slow line arrives within it. */
const ESC_WAIT_MS = 25;

/**
 * Reads keys, pastes, mouse and focus from a terminal. Ink's own input is not used: it drops mouse, focus and our
 * leader sequences. `start` and `stop` may be called in turns, so that an editor can have the terminal between.
 */
export class InputReader implements Disposable {
  readonly #input: TerminalInput;
  readonly #listener: (event: InputEvent) => void;
  readonly #decoder = new TextDecoder('utf-8');
  readonly #parser = new InputParser();
  #timer: NodeJS.Timeout | undefined;
  #isOn = false;

  constructor(input: TerminalInput, listener: (event: InputEvent) => void) {
    this.#input = input;
    this.#listener = listener;
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#input.setRawMode?.(true);
    this.#input.on('data', this.#read);
    this.#input.resume();
  }

  /** Gives the terminal back in its own mode; what was half read is forgotten. */
  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.#input.off('data', this.#read);
    this.#input.pause();
    this.#input.setRawMode?.(false);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  readonly #read = (chunk: Buffer | string): void => {
    clearTimeout(this.#timer);
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    for (const event of this.#parser.push(text)) this.#listener(event);
    if (this.#parser.isWaiting) this.#timer = setTimeout(this.#flush, ESC_WAIT_MS);
  };

  readonly #flush = (): void => {
    for (const event of this.#parser.flush()) this.#listener(event);
  };
}
