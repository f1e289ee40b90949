/** Tells who reads a stream to its end that there is more. */
export class StreamNews {
  readonly #counts = new Map<string, number>();
  readonly #wakes = new Map<string, Set<() => void>>();

  /** Rises with each `tell`: taken before reading, it shows `wait` what came meanwhile. */
  count(stream: string): number {
    return this.#counts.get(stream) ?? 0;
  }

  tell(stream: string): void {
    this.#counts.set(stream, this.count(stream) + 1);
    for (const wake of this.#wakes.get(stream) ?? []) wake();
  }

  /** Settles when there was news since `known`, or the signal aborts; never rejects. */
  async wait(stream: string, known: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.count(stream) !== known) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakes = this.#wakes.get(stream) ?? new Set();
    this.#wakes.set(stream, wakes.add(resolve));
    const wake = (): void => resolve();
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    wakes.delete(resolve);
    if (wakes.size === 0) this.#wakes.delete(stream);
  }
}
