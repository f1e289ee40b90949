import type { CliContext } from '../cli-context.ts';

type Piece = string | Uint8Array;

const defaultMaxBytes = 4 * 1024 * 1024;

/** Output that nobody waits for piece by piece: in order, bounded, and its failure can be waited for beside all else. */
export class OutputQueue {
  readonly #context: CliContext;
  readonly #maxBytes: number;
  readonly #failure = Promise.withResolvers<never>();
  #waitingBytes = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(context: CliContext, maxBytes: number = defaultMaxBytes) {
    this.#context = context;
    this.#maxBytes = maxBytes;
    // who does not wait for it learns of it from `idle`
    this.#failure.promise.catch(() => undefined);
  }

  /** Rejects as soon as a piece could not be written; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  /** Whether the reader is so slow that nothing more is taken. */
  get isFull(): boolean {
    return this.#waitingBytes >= this.#maxBytes;
  }

  /** Writes it after all before it; false, and it is left out, while the reader is too slow. */
  offer(piece: Piece): boolean {
    if (this.isFull) return false;
    const bytes = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    this.#waitingBytes += bytes;
    this.#last = this.#last
      .then(() => this.#context.write(piece))
      .finally(() => {
        this.#waitingBytes -= bytes;
      });
    this.#last.catch(this.#failure.reject);
    return true;
  }

  /** Settles when all of it is out; rejects when a piece could not be written. */
  idle(): Promise<void> {
    return this.#last;
  }
}
