/** A program is in the foreground a moment after the output that came with its start. */
const settleMs = 200;
const gapMs = 1000;

/**
 * Looks again a moment after something was noticed: one look at a time, at most one a second, none while there is nothing
 * to notice. What was noticed just before a look is looked at once more.
 */
export class LookTimer implements Disposable {
  readonly #look: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #noticedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  #isClosed = false;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  notice(): void {
    this.#noticedAt = performance.now();
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer || this.#isBusy || this.#isClosed) return;
    const delayMs = Math.max(settleMs, this.#lookedAt + gapMs - performance.now());
    this.#timer = setTimeout(() => void this.#run(), delayMs).unref();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isBusy = true;
    const begunAt = performance.now();
    this.#lookedAt = begunAt;
    // a lost connection is reported by the transport, and everything is looked at again when it is back
    await this.#look().catch(() => undefined);
    this.#isBusy = false;
    if (this.#noticedAt > begunAt - settleMs) this.#schedule();
  }
}
