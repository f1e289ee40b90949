import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { readNames, sealRecord } from './record.ts';
import type { RememberedIds } from './remembered-ids.ts';
import type { StoreLimits } from './store-limits.ts';
import type { Entry } from './stream-index.ts';
import type { StreamRow, StreamTable } from './stream-table.ts';
import type { Undo } from './undo.ts';

/** Number and time of a message, as `Stored` has them. */
export interface Place {
  readonly seq: number;
  readonly receivedAt: number;
}

export interface MessageTableOptions {
  readonly streams: StreamTable;
  readonly remembered: RememberedIds;
  readonly limits: StoreLimits;
  readonly undo: Undo;
}

/** The kept messages. Changes only inside a transaction. */
export class MessageTable {
  readonly #streams: StreamTable;
  readonly #remembered: RememberedIds;
  readonly #limits: StoreLimits;
  readonly #undo: Undo;
  readonly #insert: StatementSync;
  readonly #find: StatementSync;
  readonly #remove: StatementSync;
  readonly #oldest: StatementSync;

  constructor(database: DatabaseSync, { streams, remembered, limits, undo }: MessageTableOptions) {
    this.#streams = streams;
    this.#remembered = remembered;
    this.#limits = limits;
    this.#undo = undo;
    this.#insert = database.prepare('INSERT INTO messages (received_at, stream, seq, record) VALUES (?, ?, ?, ?)');
    this.#find = database.prepare('SELECT record FROM messages WHERE received_at = ?');
    this.#remove = database.prepare('DELETE FROM messages WHERE received_at = ?');
    this.#oldest = database.prepare('SELECT stream, seq, length(record) AS size FROM messages ORDER BY received_at');
  }

  /** Keeps a record that has no number yet, or finds the message that had its id before. */
  insert(record: Buffer, receivedAt: number): Place {
    const names = readNames(record);
    const stream = this.#streams.ensure(names.stream);
    const known = stream.index.find(names.id);
    if (known !== undefined) return known;
    const entry = { id: names.id, seq: stream.lastSeq + 1, receivedAt, size: record.length };
    sealRecord(record, entry);
    this.#insert.run(receivedAt, stream.id, entry.seq, record);
    stream.index.push(entry, this.#undo);
    this.#streams.change(stream, { lastSeq: entry.seq });
    this.#streams.add(stream, 1, record.length);
    return entry;
  }

  firstSeq(stream: StreamRow): number {
    return stream.index.first?.seq ?? stream.lastSeq + 1;
  }

  /** Number of the last message that was received up to then; 0 when there is none. */
  seqAt({ index }: StreamRow, receivedAt: number): number {
    return index.at(index.later(receivedAt) - 1)?.seq ?? 0;
  }

  /** How many messages lie above one number, up to another. */
  count({ index }: StreamRow, afterSeq: number, seq: number): number {
    return index.after(seq) - index.after(afterSeq);
  }

  /** Takes all up to `seq` out. Gives how many that were. */
  removeUpTo(stream: StreamRow, seq: number): number {
    const count = stream.index.after(seq);
    this.#removeAt(stream, 0, count);
    return count;
  }

  /** Takes one out and gives its record; null when it is not there. */
  take(stream: StreamRow, seq: number): Uint8Array | null {
    const position = stream.index.after(seq - 1);
    const entry = stream.index.at(position);
    if (entry?.seq !== seq) return null;
    const record = this.#find.get(entry.receivedAt)?.['record'];
    this.#removeAt(stream, position, 1);
    return record instanceof Uint8Array ? record : null;
  }

  /** Drops what the transaction brought above the limits. */
  enforceLimits(): void {
    for (const stream of this.#streams.changed()) {
      const excess = stream.index.length - this.#limits.messagesPerStream;
      const last = stream.index.at(excess - 1);
      if (last !== undefined) this.#drop(stream, last.seq);
    }
    if (this.#streams.bytes > this.#limits.totalBytes) this.#enforceBytes();
    this.#remembered.trim();
  }

  /** Drops what was received before. Gives how many. */
  dropBefore(receivedAt: number): number {
    let dropped = 0;
    for (const stream of this.#streams.all()) {
      const last = stream.index.at(stream.index.later(receivedAt - 1) - 1);
      if (last !== undefined) dropped += this.#drop(stream, last.seq);
    }
    return dropped;
  }

  #enforceBytes(): void {
    let excess = this.#streams.bytes - this.#limits.totalBytes;
    const last = new Map<number, number>();
    for (const row of this.#oldest.iterate()) {
      last.set(Number(row['stream']), Number(row['seq']));
      excess -= Number(row['size']);
      if (excess <= 0) break;
    }
    for (const [id, seq] of last) this.#drop(this.#streams.byId(id), seq);
  }

  #drop(stream: StreamRow, seq: number): number {
    const messages = this.removeUpTo(stream, seq);
    this.#streams.change(stream, { dropped: stream.dropped + messages });
    return messages;
  }

  #removeAt(stream: StreamRow, position: number, count: number): void {
    if (count <= 0) return;
    const entries: readonly Entry[] = stream.index.remove(position, count, this.#undo);
    let bytes = 0;
    for (const entry of entries) {
      this.#remove.run(entry.receivedAt);
      this.#remembered.add(stream, entry);
      bytes += entry.size;
    }
    this.#streams.add(stream, -count, -bytes);
  }
}
