import type { ServerConnection } from './server-connection.ts';

/** Longer than this nothing is held up: signs of life and answers come over the same wire. */
const LONGEST_MS = 10_000;

/** Stops reading from the server while a reader in this process has more than it wants, so that the server sends no more. */
export class ReadingBrake {
  readonly #holders = new Set<object>();
  #connection: ServerConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;

  /** A new connection reads. */
  attach(connection: ServerConnection): void {
    this.release();
    this.#connection = connection;
  }

  /** `holder` has enough for now. Nothing is held up while somebody waits for an answer. */
  hold(holder: object): void {
    this.#holders.add(holder);
    if (this.#isPaused || !this.#connection || this.#connection.waiting > 0) return;
    this.#isPaused = true;
    this.#connection.pauseReading(true);
    this.#timer = setTimeout(() => this.release(), LONGEST_MS);
    this.#timer.unref();
  }

  /** `holder` wants more. */
  let(holder: object): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) this.release();
  }

  /** Somebody is about to wait for an answer. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#isPaused) this.#connection?.pauseReading(false);
    this.#isPaused = false;
  }
}
