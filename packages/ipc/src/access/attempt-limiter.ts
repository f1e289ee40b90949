const MAX_FAILURES = 10;
const FORGIVEN_AFTER_MS = 5000;
const MAX_KEYS = 10_000;

interface Failures {
  readonly count: number;
  readonly atMs: number;
}

/** Counts what failed, by key: ten at once, then one in five seconds. Holds a bounded number of keys, the latest. */
export class AttemptLimiter {
  readonly #failures = new Map<string, Failures>();

  /** Milliseconds until `key` may try again; 0: now. */
  waitMs(key: string, nowMs: number): number {
    const excess = this.#countAt(key, nowMs) - MAX_FAILURES + 1;
    return excess <= 0 ? 0 : Math.ceil(excess * FORGIVEN_AFTER_MS);
  }

  failed(key: string, nowMs: number): void {
    const count = this.#countAt(key, nowMs) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, atMs: nowMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_KEYS && oldest !== undefined) this.#failures.delete(oldest);
  }

  #countAt(key: string, nowMs: number): number {
    const { count, atMs } = this.#failures.get(key) ?? { count: 0, atMs: nowMs };
    return Math.max(0, count - Math.max(0, nowMs - atMs) / FORGIVEN_AFTER_MS);
  }
}
