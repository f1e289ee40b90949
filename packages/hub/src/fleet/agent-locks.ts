/** One work at a time for each agent; works of one agent run in the order they came. */
export class AgentLocks {
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #listeners = new Set<(id: string) => void>();

  isBusy(id: string): boolean {
    return this.#last.has(id);
  }

  /** Calls the listener when the last work of an agent has ended. */
  onIdle(listener: (id: string) => void): void {
    this.#listeners.add(listener);
  }

  run<T>(id: string, work: () => Promise<T>): Promise<T> {
    // Never at once: what the work causes must find the agent busy.
    const done = (this.#last.get(id) ?? Promise.resolve()).then(work, work);
    const settled: Promise<void> = done.then(
      () => this.#leave(id, settled),
      () => this.#leave(id, settled),
    );
    this.#last.set(id, settled);
    return done;
  }

  #leave(id: string, work: Promise<unknown>): void {
    if (this.#last.get(id) !== work) return;
    this.#last.delete(id);
    for (const listener of this.#listeners) listener(id);
  }
}
