import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import { StreamIndex } from './stream-index.ts';

interface Counts {
  lastSeq: number;
  acknowledgedSeq: number;
  dropped: number;
  messages: number;
  bytes: number;
}

/** One stream, and how much it holds. Changed only through `change` and `add`. */
export interface StreamRow extends Readonly<Counts> {
  readonly id: number;
  readonly name: string;
  readonly index: StreamIndex;
}

type Row = Counts & Pick<StreamRow, 'id' | 'name' | 'index'>;

/** The streams. All rows are in memory; a transaction writes those that it changed once, at its end. */
export class StreamTable {
  readonly #database: DatabaseSync;
  readonly #update: StatementSync;
  readonly #seqBase: number;
  readonly #byName = new Map<string, Row>();
  readonly #byId = new Map<number, Row>();
  /** Rows that this transaction changed, as they were; null for new ones. */
  readonly #before = new Map<Row, Counts | null>();
  #bytes = 0;
  #messages = 0;

  constructor(database: DatabaseSync, seqBase: number) {
    this.#database = database;
    this.#seqBase = seqBase;
    this.#update = database.prepare(
      'UPDATE streams SET last_seq = ?, acknowledged_seq = ?, dropped = ?, messages = ?, bytes = ? WHERE id = ?',
    );
    for (const row of database.prepare('SELECT * FROM streams ORDER BY id').all()) this.#keep(toRow(row));
  }

  /** Of the messages of all streams. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages of all streams. */
  get messages(): number {
    return this.#messages;
  }

  find(name: string): StreamRow | undefined {
    return this.#byName.get(name);
  }

  byId(id: unknown): StreamRow {
    const row = this.#byId.get(Number(id));
    if (row === undefined) throw new IpcError('store-damaged', `There is no stream with the number ${String(id)}.`);
    return row;
  }

  all(): readonly StreamRow[] {
    return [...this.#byName.values()];
  }

  /** Those that this transaction changed. */
  changed(): readonly StreamRow[] {
    return [...this.#before.keys()];
  }

  ensure(name: string): StreamRow {
    return this.#byName.get(name) ?? this.#create(name);
  }

  change({ id }: StreamRow, fields: Partial<Pick<Counts, 'lastSeq' | 'acknowledgedSeq' | 'dropped'>>): void {
    Object.assign(this.#toChange(id), fields);
  }

  /** Counts messages that came, or with negative numbers went. */
  add({ id }: StreamRow, messages: number, bytes: number): void {
    const row = this.#toChange(id);
    row.messages += messages;
    row.bytes += bytes;
    this.#bytes += bytes;
    this.#messages += messages;
  }

  /** Before the commit. */
  flush(): void {
    for (const row of this.#before.keys()) {
      this.#update.run(row.lastSeq, row.acknowledgedSeq, row.dropped, row.messages, row.bytes, row.id);
    }
  }

  committed(): void {
    this.#before.clear();
  }

  rolledBack(): void {
    for (const [row, before] of this.#before) {
      this.#bytes += (before?.bytes ?? 0) - row.bytes;
      this.#messages += (before?.messages ?? 0) - row.messages;
      if (before !== null) Object.assign(row, before);
      else this.#forget(row);
    }
    this.#before.clear();
  }

  #toChange(id: number): Row {
    const row = this.#byId.get(id);
    if (row === undefined) throw new Error(`stream ${id} went in the middle of a transaction`);
    if (!this.#before.has(row)) {
      const { lastSeq, acknowledgedSeq, dropped, messages, bytes } = row;
      this.#before.set(row, { lastSeq, acknowledgedSeq, dropped, messages, bytes });
    }
    return row;
  }

  #create(name: string): Row {
    const insert = 'INSERT INTO streams (name, last_seq, acknowledged_seq, dropped, messages, bytes)';
    const { lastInsertRowid } = this.#database.prepare(`${insert} VALUES (?, ?, 0, 0, 0, 0)`).run(name, this.#seqBase);
    const counts = { lastSeq: this.#seqBase, acknowledgedSeq: 0, dropped: 0, messages: 0, bytes: 0 };
    const row = { id: Number(lastInsertRowid), name, index: new StreamIndex(), ...counts };
    this.#keep(row);
    this.#before.set(row, null);
    return row;
  }

  #keep(row: Row): void {
    this.#byName.set(row.name, row);
    this.#byId.set(row.id, row);
    this.#bytes += row.bytes;
    this.#messages += row.messages;
  }

  #forget(row: Row): void {
    this.#byName.delete(row.name);
    this.#byId.delete(row.id);
  }
}

function toRow(row: Readonly<Record<string, unknown>>): Row {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    index: new StreamIndex(),
    lastSeq: Number(row['last_seq']),
    acknowledgedSeq: Number(row['acknowledged_seq']),
    dropped: Number(row['dropped']),
    messages: Number(row['messages']),
    bytes: Number(row['bytes']),
  };
}
