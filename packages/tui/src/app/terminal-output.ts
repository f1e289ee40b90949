import { Writable } from 'node:stream';
import type { Size } from './layout/regions.ts';

/** The part of `process.stdout` that is needed; tests pass their own. */
export interface TerminalTarget {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly isTTY?: boolean | undefined;
  write(text: string, done?: (error?: Error | null) => void): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** Resizing sends many sizes; one layout pass is made on the last. */
const RESIZE_MS = 50;

/** Cursor to the top left, everything erased. */
export const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

function sizeOf({ columns, rows }: TerminalTarget): Size {
  return { columns: Math.max(1, columns ?? 80), rows: Math.max(1, rows ?? 24) };
}

/**
 * The terminal as Ink sees it. Its size changes only when resizing has ended, together with the layout: else Ink
 * would draw the old layout into the new width for a moment. Also knows whether the terminal keeps up.
 */
export class TerminalOutput extends Writable implements Disposable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #target: TerminalTarget;
  readonly #onSize: (size: Size) => void;
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  /** While another program has the terminal, frames are dropped; a redraw follows. */
  isMuted = false;

  constructor(target: TerminalTarget, onSize: (size: Size) => void) {
    super({ decodeStrings: false, highWaterMark: 1 << 20 });
    this.#target = target;
    this.#onSize = onSize;
    const { columns, rows } = sizeOf(target);
    this.columns = columns;
    this.rows = rows;
    target.on('resize', this.#resized);
  }

  get size(): Size {
    return { columns: this.columns, rows: this.rows };
  }

  /** More than one write waits: the terminal is slower than we are. */
  get isSlow(): boolean {
    return this.#waiting > 1;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#target.off('resize', this.#resized);
  }

  override _write(chunk: string | Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.isMuted) return done();
    this.#waiting += 1;
    this.#target.write(String(chunk), (error) => {
      this.#waiting -= 1;
      done(error);
    });
  }

  readonly #resized = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // Also where the size is the old one again: what was narrower for a moment has lost its right side.
      const { columns, rows } = sizeOf(this.#target);
      this.columns = columns;
      this.rows = rows;
      this.#onSize({ columns, rows });
    }, RESIZE_MS);
  };
}
