interface OpenMessage {
  readonly seq: number;
  isDone: boolean;
}

/** How far a consumer is done: beyond a message only when all before it are. Saves are joined while one is under way. */
export class ConsumerPlace {
  readonly #save: (seq: number) => Promise<void>;
  /** Messages that were handed out and are not below the place, in order. */
  #open: OpenMessage[] = [];
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
    this.#open.push({ seq, isDone: false });
  }

  /** Settles when the place, if this moved it, is saved. A save that failed is tried again with the next one. */
  async done(seq: number): Promise<void> {
    const message = this.#open.find((each) => each.seq === seq);
    if (message !== undefined) message.isDone = true;
    const firstOpen = this.#open.findIndex(({ isDone }) => !isDone);
    const passed = this.#open.splice(0, firstOpen === -1 ? this.#open.length : firstOpen);
    this.#place = passed.at(-1)?.seq ?? this.#place;
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
