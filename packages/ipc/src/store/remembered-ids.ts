import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Entry } from './stream-index.ts';
import type { StreamRow, StreamTable } from './stream-table.ts';
import type { Undo } from './undo.ts';

interface Remembered {
  readonly number: number;
  readonly stream: StreamRow;
  readonly entry: Entry;
}

/** Ids of messages that are gone, the newest over all streams, so that a late duplicate is still one. */
export class RememberedIds {
  readonly #limit: number;
  readonly #undo: Undo;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  #oldestFirst: Remembered[] = [];

  constructor(database: DatabaseSync, streams: StreamTable, { limit, undo }: { limit: number; undo: Undo }) {
    this.#limit = limit;
    this.#undo = undo;
    this.#insert = database.prepare('INSERT INTO remembered (stream, id, seq, received_at) VALUES (?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM remembered WHERE number BETWEEN ? AND ?');
    for (const row of database.prepare('SELECT * FROM remembered ORDER BY number').all()) {
      const stream = streams.byId(row['stream']);
      const place = { seq: Number(row['seq']), receivedAt: Number(row['received_at']) };
      const entry = { id: String(row['id']), size: 0, ...place };
      stream.index.know(entry);
      this.#oldestFirst.push({ number: Number(row['number']), stream, entry });
    }
  }

  add(stream: StreamRow, entry: Entry): void {
    const { lastInsertRowid } = this.#insert.run(stream.id, entry.id, entry.seq, entry.receivedAt);
    this.#oldestFirst.push({ number: Number(lastInsertRowid), stream, entry });
    this.#undo.add(() => this.#oldestFirst.pop());
  }

  forget(stream: StreamRow, id: string): void {
    const index = this.#oldestFirst.findIndex((each) => each.stream === stream && each.entry.id === id);
    if (index !== -1) this.#take(index, 1);
  }

  /** Forgets what is beyond the limit. */
  trim(): void {
    const excess = this.#oldestFirst.length - this.#limit;
    if (excess > 0) this.#take(0, excess);
  }

  #take(index: number, count: number): void {
    const taken = this.#oldestFirst.splice(index, count);
    this.#undo.add(() => {
      const [before, after] = [this.#oldestFirst.slice(0, index), this.#oldestFirst.slice(index)];
      this.#oldestFirst = [...before, ...taken, ...after];
    });
    const [first, last] = [taken[0], taken.at(-1)];
    if (first !== undefined && last !== undefined) this.#remove.run(first.number, last.number);
    for (const { stream, entry } of taken) stream.index.forget(entry, this.#undo);
  }
}
