import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import type { Consumer } from './consumer-store.ts';
import type { MessageTable } from './message-table.ts';
import type { StreamRow, StreamTable } from './stream-table.ts';

/** Like `ConsumerStart`, its time in microseconds. */
export type StartPlace = 'new' | 'all' | { readonly seq: number } | { readonly since: number };

export interface ConsumerName {
  readonly name: string;
  readonly stream: string;
}

/** Durable consumers, acknowledgements, and with them: when a message is done with. Changes only inside a transaction. */
export class ConsumerTable {
  readonly #streams: StreamTable;
  readonly #messages: MessageTable;
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #remove: StatementSync;
  readonly #lowest: StatementSync;
  readonly #list: StatementSync;

  constructor(database: DatabaseSync, streams: StreamTable, messages: MessageTable) {
    this.#streams = streams;
    this.#messages = messages;
    this.#find = database.prepare('SELECT acked_seq FROM consumers WHERE stream = ? AND name = ?');
    this.#save = database.prepare('INSERT OR REPLACE INTO consumers (stream, name, acked_seq) VALUES (?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM consumers WHERE stream = ? AND name = ?');
    this.#lowest = database.prepare('SELECT min(acked_seq) AS seq FROM consumers WHERE stream = ?');
    this.#list = database.prepare(
      `SELECT consumers.name, streams.name AS stream, acked_seq FROM consumers JOIN streams ON streams.id = stream
       ORDER BY streams.name, consumers.name`,
    );
  }

  open({ name, stream }: ConsumerName, start: StartPlace): Consumer {
    const row = this.#streams.ensure(stream);
    const known = this.#find.get(row.id, name)?.['acked_seq'];
    if (known !== undefined) return { name, stream, ackedSeq: Number(known) };
    const before = this.#messages.firstSeq(row) - 1;
    const ackedSeq = Math.min(Math.max(before, this.#startSeq(row, start)), row.lastSeq);
    this.#save.run(row.id, name, ackedSeq);
    return { name, stream, ackedSeq };
  }

  advance({ name, stream, ackedSeq }: Consumer): Consumer {
    const row = this.#streams.find(stream);
    const known = row && this.#find.get(row.id, name)?.['acked_seq'];
    if (row === undefined || known === undefined) {
      throw new IpcError('consumer-unknown', `Stream "${stream}" has no durable consumer "${name}".`);
    }
    const reached = Math.max(Number(known), Math.min(ackedSeq, row.lastSeq));
    if (reached > Number(known)) {
      this.#save.run(row.id, name, reached);
      this.#removeDone(row);
    }
    return { name, stream, ackedSeq: reached };
  }

  remove({ name, stream }: ConsumerName): boolean {
    const row = this.#streams.find(stream);
    if (row === undefined || this.#remove.run(row.id, name).changes === 0) return false;
    this.#removeDone(row);
    return true;
  }

  list(): readonly Consumer[] {
    return this.#list
      .all()
      .map((row) => ({ name: String(row['name']), stream: String(row['stream']), ackedSeq: Number(row['acked_seq']) }));
  }

  /** Takes all that was received up to then. Gives how many were not acknowledged before. */
  acknowledge(stream: string, until: number): number {
    const row = this.#streams.find(stream);
    if (row === undefined) return 0;
    const seq = this.#messages.seqAt(row, until);
    if (seq <= row.acknowledgedSeq) return 0;
    const count = this.#messages.count(row, row.acknowledgedSeq, seq);
    this.#streams.change(row, { acknowledgedSeq: seq });
    this.#removeDone(row);
    return count;
  }

  #removeDone(row: StreamRow): void {
    const lowest = Number(this.#lowest.get(row.id)?.['seq'] ?? row.acknowledgedSeq);
    this.#messages.removeUpTo(row, Math.min(lowest, row.acknowledgedSeq));
  }

  #startSeq(row: StreamRow, start: StartPlace): number {
    if (start === 'new') return row.lastSeq;
    if (start === 'all') return 0;
    return 'seq' in start ? start.seq - 1 : this.#messages.seqAt(row, start.since);
  }
}
