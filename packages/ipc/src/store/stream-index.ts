import type { Undo } from './undo.ts';

/** What is remembered of a message in memory: about 200 bytes each. */
export interface Entry {
  readonly id: string;
  readonly seq: number;
  readonly receivedAt: number;
  /** Of its record. */
  readonly size: number;
}

/**
 * The messages of one stream in order, and the ids that it knows, those of messages that are gone included. In memory, so
 * that a commit writes only the end of one table: an index on disk would be written at a place of its own per message.
 */
export class StreamIndex {
  #entries: Entry[] = [];
  readonly #known = new Map<string, Entry>();

  get length(): number {
    return this.#entries.length;
  }

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  find(id: string): Entry | undefined {
    return this.#known.get(id);
  }

  at(position: number): Entry | undefined {
    return this.#entries[position];
  }

  /** Position of the first message above a number. */
  after(seq: number): number {
    return this.#search((entry) => entry.seq > seq);
  }

  /** Position of the first message that was received later. */
  later(receivedAt: number): number {
    return this.#search((entry) => entry.receivedAt > receivedAt);
  }

  push(entry: Entry, undo: Undo): void {
    this.load(entry);
    undo.add(() => {
      this.#entries.pop();
      this.#known.delete(entry.id);
    });
  }

  /** Takes messages out; their ids stay known. */
  remove(position: number, count: number, undo: Undo): readonly Entry[] {
    const removed = this.#entries.splice(position, count);
    undo.add(() => {
      this.#entries = [...this.#entries.slice(0, position), ...removed, ...this.#entries.slice(position)];
    });
    return removed;
  }

  /** The next message, as it is read when the store is opened. */
  load(entry: Entry): void {
    this.#entries.push(entry);
    this.#known.set(entry.id, entry);
  }

  /** The id of a message that is gone, as it is read when the store is opened. */
  know(entry: Entry): void {
    this.#known.set(entry.id, entry);
  }

  forget(entry: Entry, undo: Undo): void {
    if (this.#known.get(entry.id) !== entry) return;
    this.#known.delete(entry.id);
    undo.add(() => this.#known.set(entry.id, entry));
  }

  #search(isBeyond: (entry: Entry) => boolean): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && isBeyond(entry)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
