import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import { checkPages, loadMessages } from './check-database.ts';
import { ConsumerTable } from './consumer-table.ts';
import { DeadLetterTable } from './dead-letter-table.ts';
import type { StoreStats } from './message-store.ts';
import { MessageTable, type Place } from './message-table.ts';
import { PageReader } from './page-reader.ts';
import { readReceivedAt } from './record.ts';
import { RememberedIds } from './remembered-ids.ts';
import { schemaVersion, setUp, tables } from './schema.ts';
import { createPrivateFile } from './store-lock.ts';
import type { StoreLimits } from './store-limits.ts';
import { StreamTable } from './stream-table.ts';
import { Undo } from './undo.ts';

export interface StoreDatabaseOptions {
  readonly path: string;
  readonly limits: StoreLimits;
  /** For a new database: no message is received earlier. Microseconds. */
  readonly lastTime: number;
  /** For a new database: its streams count from here. */
  readonly seqBase: number;
}

/** The tables behind the message store. Synchronous: it lives in the worker. Throws SQLite's own errors. */
export class StoreDatabase {
  readonly streams: StreamTable;
  readonly messages: MessageTable;
  readonly consumers: ConsumerTable;
  readonly deadLetters: DeadLetterTable;
  readonly pages: PageReader;
  readonly #undo = new Undo();
  readonly #database: DatabaseSync;
  readonly #saveLastTime: StatementSync;
  #lastTime: number;

  constructor(options: StoreDatabaseOptions) {
    const { path, limits } = options;
    checkFile(path);
    createPrivateFile(path);
    const database = new DatabaseSync(path);
    this.#database = database;
    try {
      this.#prepareTables(options);
      checkPages(database);
      this.#lastTime = this.#read('last_time');
      this.#saveLastTime = database.prepare('UPDATE store SET last_time = ?');
      const streams = new StreamTable(database, this.#read('seq_base'));
      const remembered = new RememberedIds(database, streams, { limit: limits.rememberedIds, undo: this.#undo });
      loadMessages(database, streams);
      this.streams = streams;
      this.messages = new MessageTable(database, { streams, remembered, limits, undo: this.#undo });
      this.consumers = new ConsumerTable(database, streams, this.messages);
      this.deadLetters = new DeadLetterTable(database, { streams, messages: this.messages, remembered, limits });
      this.pages = new PageReader(database, streams);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Receipt of the newest message that is durable, also when it is gone; at first the making of the database. */
  get lastTime(): number {
    return this.#lastTime;
  }

  /** All that `work` changes is durable when this returns, or undone when it throws. */
  transact<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    const before = this.#lastTime;
    try {
      const result = work();
      this.messages.enforceLimits();
      this.streams.flush();
      if (this.#lastTime > before) this.#saveLastTime.run(this.#lastTime);
      this.#database.exec('COMMIT');
      this.streams.committed();
      this.#undo.committed();
      return result;
    } catch (error) {
      this.#rollback();
      this.#lastTime = before;
      throw error;
    }
  }

  /** Inside a transaction: keeps a record that has its time and no number yet, or finds the one that had its id. */
  insert(record: Buffer): Place {
    const receivedAt = readReceivedAt(record);
    this.#lastTime = Math.max(this.#lastTime, receivedAt);
    return this.messages.insert(record, receivedAt);
  }

  /** Inside a transaction. */
  retryDeadLetter(number: number, receivedAt: number): Place | null {
    this.#lastTime = Math.max(this.#lastTime, receivedAt);
    return this.deadLetters.retry(number, receivedAt);
  }

  /** Moves the write-ahead log into the database, so that the log's room on a full disk can be used again. */
  makeRoom(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Gives the disk back what a quarter of the file or more no longer needs. */
  shrink(): void {
    const free = this.#pragma('freelist_count');
    if (free * 4 >= this.#pragma('page_count')) this.#database.exec('PRAGMA incremental_vacuum');
  }

  stats(): StoreStats {
    const streams = this.streams.all().map((row) => ({
      stream: row.name,
      messages: row.messages,
      bytes: row.bytes,
      firstSeq: this.messages.firstSeq(row),
      lastSeq: row.lastSeq,
      dropped: row.dropped,
      acknowledgedSeq: row.acknowledgedSeq,
    }));
    const sum = (field: 'messages' | 'bytes' | 'dropped'): number =>
      streams.reduce((total, stream) => total + stream[field], 0);
    return {
      streams,
      messages: sum('messages'),
      bytes: sum('bytes'),
      dropped: sum('dropped'),
      deadLetters: this.deadLetters.count,
      deadLettersDropped: this.#read('dead_letters_dropped'),
    };
  }

  close(): void {
    this.#database.close();
  }

  #rollback(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // A full disk may have ended the transaction already (`isTransaction` is newer than the oldest Node we run on).
    }
    this.#undo.rolledBack();
    this.streams.rolledBack();
  }

  #prepareTables({ path, lastTime, seqBase }: StoreDatabaseOptions): void {
    const version = this.#pragma('user_version');
    if (version > schemaVersion) {
      throw new IpcError('store-too-new', `The message store ${path} has the layout ${version}, from a newer version.`);
    }
    // Before the first table, so that pages freed later can go back to the disk.
    if (version === 0) this.#database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    this.#database.exec(setUp);
    if (version !== 0) return;
    this.#database.exec(
      `BEGIN; ${tables} INSERT INTO store (one, last_time, seq_base) VALUES (1, ${lastTime}, ${seqBase}); COMMIT;`,
    );
  }

  #read(column: 'last_time' | 'seq_base' | 'dead_letters_dropped'): number {
    return Number(this.#database.prepare(`SELECT ${column} FROM store`).get()?.[column]);
  }

  #pragma(name: 'user_version' | 'freelist_count' | 'page_count'): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

/** What SQLite itself would take for a new database, or would not say clearly. */
function checkFile(path: string): void {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return;
  const damaged = (reason: string): IpcError => new IpcError('store-damaged', `The message store ${path} ${reason}.`);
  if (!file.isFile()) throw damaged('is not a file');
  // SQLite would drop the log of a database that was emptied.
  if (file.size === 0 && existsSync(`${path}-wal`)) throw damaged('was emptied');
}
