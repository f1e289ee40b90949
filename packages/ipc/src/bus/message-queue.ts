interface Waiting<Item> {
  readonly item: Item;
  readonly bytes: number;
}

export interface MessageQueueOptions {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** Items between a writer that does not wait and one reader. When it is full the oldest are dropped and counted. */
export class MessageQueue<Item> {
  readonly #options: MessageQueueOptions;
  #items: Waiting<Item>[] = [];
  #head = 0;
  #bytes = 0;
  #dropped = 0;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(options: MessageQueueOptions) {
    this.#options = options;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Whether another item fits without a loss. */
  get hasRoom(): boolean {
    return this.#items.length - this.#head < this.#options.maxItems && this.#bytes < this.#options.maxBytes;
  }

  push(item: Item, bytes: number): void {
    if (this.#isClosed) return;
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    const { maxItems, maxBytes } = this.#options;
    while (this.#items.length - this.#head > Math.max(1, maxItems) || (this.#bytes > maxBytes && this.#hasMany)) {
      this.#take();
      this.#dropped += 1;
    }
    this.#wake?.();
  }

  /** The next item, when there is one; undefined after the end. What waits at the end is given up. */
  async next(): Promise<Item | undefined> {
    while (!this.#isClosed && this.#head === this.#items.length) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#isClosed ? undefined : this.#take()?.item;
  }

  close(): void {
    this.#isClosed = true;
    this.#items = [];
    this.#head = 0;
    this.#wake?.();
  }

  get #hasMany(): boolean {
    return this.#items.length - this.#head > 1;
  }

  #take(): Waiting<Item> | undefined {
    const taken = this.#items[this.#head];
    this.#head += 1;
    this.#bytes -= taken?.bytes ?? 0;
    // Shifting one by one moves all the others each time.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
