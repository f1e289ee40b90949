/** How far a consumer is done: beyond a message only when all before it are. Saves are joined while one is under way. */
export class ConsumerPlace {
  readonly #save: (seq: number) => Promise<void>;
  /** Messages that were handed out and are not below the place, in order, and whether they are done. */
  readonly #open = new Map<number, boolean>();
  #place: number;
  #saved: number;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(ackedSeq: number, save: (seq: number) => Promise<void>) {
    this.#place = ackedSeq;
    this.#saved = ackedSeq;
    this.#save = save;
  }

  /** The message is with the reader. */
  handOut(seq: number): void {
    this.#open.set(seq, false);
  }

  /** Settles when the place, if this moved it, is saved. A save that failed is tried again with the next one. */
  async done(seq: number): Promise<void> {
    if (this.#open.has(seq)) this.#open.set(seq, true);
    for (const [first, isDone] of this.#open) {
      if (!isDone) break;
      this.#place = first;
      this.#open.delete(first);
    }
    if (seq > this.#place || this.#place === this.#saved) return;
    this.#next ??= this.#saveAfter(this.#current);
    await this.#next;
  }

  async #saveAfter(before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    this.#current = this.#next ?? this.#current;
    this.#next = undefined;
    const place = this.#place;
    await this.#save(place);
    this.#saved = Math.max(this.#saved, place);
  }
}
