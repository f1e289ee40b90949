/** Passes bytes on, and calls `onTaken` once when the operating system has them, or never again when the link is gone. */
export type WriteBytes = (bytes: Buffer, onTaken: () => void) => void;

export interface OutboxOptions {
  readonly write: WriteBytes;
  readonly onDrained: () => void;
}

/**
 * A message alone may be larger; then it is a frame of its own. More would be copied once more on each side: sockets are
 * read in pieces of this size, and receivers keep bodies of small frames without copying them.
 */
const BATCH_BYTES = 64 * 1024;

/** Gathers what is sent in one turn of the event loop and writes it as few frames as possible. */
export class Outbox {
  readonly #write: WriteBytes;
  readonly #onDrained: () => void;
  #queue: Buffer[] = [];
  #pendingBytes = 0;
  #isScheduled = false;
  #isClosed = false;

  constructor({ write, onDrained }: OutboxOptions) {
    this.#write = write;
    this.#onDrained = onDrained;
  }

  /** Bytes that were pushed and are not taken yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  push(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#queue.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.flush());
  }

  /** Writes now what waits for the end of the turn. */
  flush(): void {
    this.#isScheduled = false;
    const queue = this.#queue;
    this.#queue = [];
    let start = 0;
    while (start < queue.length && !this.#isClosed) {
      const end = endOfBatch(queue, start);
      this.#writeBatch(queue.slice(start, end));
      start = end;
    }
  }

  /** Drops what waits, and whatever is pushed later. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#pendingBytes = 0;
  }

  #writeBatch(batch: readonly Buffer[]): void {
    const [only] = batch;
    const bytes = batch.length === 1 && only ? only : Buffer.concat(batch);
    this.#write(bytes, () => {
      if (this.#isClosed) return;
      this.#pendingBytes -= bytes.length;
      this.#onDrained();
    });
  }
}

function endOfBatch(queue: readonly Buffer[], start: number): number {
  let bytes = 0;
  for (let index = start; index < queue.length; index++) {
    bytes += queue[index]?.length ?? 0;
    if (bytes > BATCH_BYTES) return Math.max(index, start + 1);
  }
  return queue.length;
}
