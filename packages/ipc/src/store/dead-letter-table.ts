import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MessageTable, Place } from './message-table.ts';
import { readNames } from './record.ts';
import type { RememberedIds } from './remembered-ids.ts';
import type { StoreLimits } from './store-limits.ts';
import type { StreamTable } from './stream-table.ts';

export interface DeadLetterRow {
  readonly number: number;
  readonly reason: string;
  readonly record: Uint8Array;
}

export interface DeadLetterTableOptions {
  readonly streams: StreamTable;
  readonly messages: MessageTable;
  readonly remembered: RememberedIds;
  readonly limits: StoreLimits;
}

/** What an answer with dead letters holds, or one. */
const maxListBytes = 1024 * 1024;

/** Messages that were refused for good. Changes only inside a transaction. */
export class DeadLetterTable {
  readonly #messages: MessageTable;
  readonly #streams: StreamTable;
  readonly #remembered: RememberedIds;
  readonly #limits: StoreLimits;
  readonly #insert: StatementSync;
  readonly #list: StatementSync;
  readonly #find: StatementSync;
  readonly #remove: StatementSync;
  readonly #measure: StatementSync;
  readonly #oldest: StatementSync;
  readonly #countDrop: StatementSync;

  constructor(database: DatabaseSync, { streams, messages, remembered, limits }: DeadLetterTableOptions) {
    this.#remembered = remembered;
    this.#streams = streams;
    this.#messages = messages;
    this.#limits = limits;
    this.#insert = database.prepare('INSERT INTO dead_letters (reason, record) VALUES (?, ?)');
    this.#list = database.prepare('SELECT number, reason, record FROM dead_letters WHERE number > ? ORDER BY number');
    this.#find = database.prepare('SELECT record FROM dead_letters WHERE number = ?');
    this.#remove = database.prepare('DELETE FROM dead_letters WHERE number = ?');
    this.#measure = database.prepare('SELECT count(*) AS letters, sum(length(record)) AS bytes FROM dead_letters');
    this.#oldest = database.prepare('SELECT number FROM dead_letters ORDER BY number LIMIT 1');
    this.#countDrop = database.prepare('UPDATE store SET dead_letters_dropped = dead_letters_dropped + 1');
  }

  get count(): number {
    return Number(this.#measure.get()?.['letters']);
  }

  move(stream: string, seq: number, reason: string): boolean {
    const row = this.#streams.find(stream);
    const record = row && this.#messages.take(row, seq);
    if (!record) return false;
    this.#insert.run(reason, record);
    while (this.#isAboveLimits()) this.#dropOldest();
    return true;
  }

  list(after: number, limit: number): readonly DeadLetterRow[] {
    const letters: DeadLetterRow[] = [];
    let bytes = 0;
    if (limit <= 0) return letters;
    for (const { number, reason, record } of this.#list.iterate(after)) {
      const copy = toBytes(record);
      bytes += copy.length;
      if (letters.length > 0 && bytes > maxListBytes) break;
      letters.push({ number: Number(number), reason: String(reason), record: copy });
      if (letters.length === limit) break;
    }
    return letters;
  }

  retry(number: number, receivedAt: number): Place | null {
    const found = this.#find.get(number)?.['record'];
    if (found === undefined) return null;
    const record = Buffer.from(toBytes(found));
    const { stream, id } = readNames(record);
    this.#remembered.forget(this.#streams.ensure(stream), id);
    this.#remove.run(number);
    return this.#messages.insert(record, receivedAt);
  }

  #isAboveLimits(): boolean {
    const row = this.#measure.get();
    return (
      Number(row?.['letters']) > this.#limits.deadLetters || Number(row?.['bytes'] ?? 0) > this.#limits.deadLetterBytes
    );
  }

  #dropOldest(): void {
    this.#remove.run(Number(this.#oldest.get()?.['number']));
    this.#countDrop.run();
  }
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('SQLite gave something else than the bytes of a record');
}
