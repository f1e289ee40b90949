import { setTimeout as delay } from 'node:timers/promises';

const gapMs = 25;

/**
 * Runs a refresh soon after it was asked for: one at a time, one for many requests, with a small gap in between, and not
 * while it is held (a batch under way would show half of what it makes).
 */
export class Refresher implements Disposable {
  readonly #refresh: () => Promise<void>;
  #isWanted = false;
  #isBusy = false;
  #holds = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  #waiting = Promise.withResolvers<void>();

  constructor(refresh: () => Promise<void>) {
    this.#refresh = refresh;
  }

  request(): void {
    this.#isWanted = true;
    this.#startWhenFree();
  }

  /** Asks for a refresh after the time, once for all who ask before it is over. */
  requestIn(ms: number): void {
    if (this.#isClosed) return;
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.request();
    }, ms).unref();
  }

  /** Keeps refreshes back until the returned function is called. */
  hold(): () => void {
    this.#holds += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      this.#startWhenFree();
    };
  }

  /** Settles when a refresh is done, or after the time; rejects when the signal aborts. */
  async next(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const timer = new AbortController();
    const either = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
    const timeout = delay(Math.max(0, timeoutMs), undefined, { signal: either });
    try {
      await Promise.race([this.#waiting.promise, timeout]);
    } finally {
      timer.abort();
      timeout.catch(() => undefined);
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#waiting.resolve();
    clearTimeout(this.#timer);
    clearTimeout(this.#later);
  }

  #startWhenFree(): void {
    if (!this.#isWanted || this.#isBusy || this.#holds > 0 || this.#isClosed) return;
    this.#isWanted = false;
    this.#isBusy = true;
    this.#refresh()
      // a lost connection is reported by the transport, and everything is asked for again when it is back
      .catch(() => undefined)
      .finally(() => {
        this.#waiting.resolve();
        this.#waiting = Promise.withResolvers();
        this.#timer = setTimeout(() => this.#settle(), gapMs).unref();
      });
  }

  #settle(): void {
    this.#isBusy = false;
    this.#startWhenFree();
  }
}
