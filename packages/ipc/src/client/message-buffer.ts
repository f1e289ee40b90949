/** Messages that came and were not taken yet, for one reader that takes them one by one. */
export class MessageBuffer<Message> {
  #items: Message[] = [];
  #first = 0;
  #waiter: PromiseWithResolvers<Message | undefined> | undefined;
  #end: { readonly error: unknown } | undefined;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(message: Message): void {
    if (this.#end) return;
    if (this.#waiter) {
      const { resolve } = this.#waiter;
      this.#waiter = undefined;
      resolve(message);
    } else this.#items.push(message);
  }

  /** Takes the oldest without waiting. */
  shift(): Message | undefined {
    const message = this.#items[this.#first];
    if (message === undefined) return undefined;
    this.#first++;
    if (this.#first > 512 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return message;
  }

  /** The next message, when it has come; undefined after the end. Rejects with the error of the end. One call at a time. */
  async next(): Promise<Message | undefined> {
    const message = this.shift();
    if (message !== undefined) return message;
    // What ends a wait is the signal's reason, which may be anything.
    if (this.#end?.error !== undefined) return Promise.reject(this.#end.error);
    if (this.#end) return undefined;
    this.#waiter ??= Promise.withResolvers();
    return this.#waiter.promise;
  }

  /** Nothing more will come. Without an error, what waits is dropped; with one, it can still be read. */
  end(error?: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    if (error !== undefined) this.#waiter?.reject(error);
    else {
      this.#items = [];
      this.#first = 0;
      this.#waiter?.resolve(undefined);
    }
    this.#waiter = undefined;
  }
}
