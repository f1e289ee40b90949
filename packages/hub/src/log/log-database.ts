import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HubError } from '../protocol/hub-error.ts';
import type { LogStats } from './event-log.ts';
import type { StoredEvent, StoredState } from './log-messages.ts';
import { createPrivateFile } from './state-lock.ts';

const schemaVersion = 1;

// FULL: a commit is on the disk when it returns, power cuts included.
const setUp = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
`;

const tables = `
  CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE saved (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, state TEXT NOT NULL);
  PRAGMA user_version = ${schemaVersion};
`;

/** The tables behind the event log. Synchronous: it lives in the worker. Throws SQLite's own errors. */
export class LogDatabase {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #lastSeq: number;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    createPrivateFile(path);
    this.#database = new DatabaseSync(path);
    try {
      this.#prepareTables();
      this.#checkHealth();
      this.#lastSeq = this.#findLastSeq();
      this.#insert = this.#database.prepare('INSERT INTO events (seq, at, body) VALUES (?, ?, ?)');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  begin(): void {
    this.#database.exec('BEGIN IMMEDIATE');
  }

  /** Durable when it returns. */
  commit(): void {
    this.#database.exec('COMMIT');
  }

  rollback(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // A full disk may have ended the transaction already (`isTransaction` is newer than the oldest Node we run on).
    }
    this.#lastSeq = this.#findLastSeq();
  }

  /** Inside a transaction. Gives the number of the first one. */
  insert(at: number, bodies: readonly string[]): number {
    const first = this.#lastSeq + 1;
    for (const body of bodies) {
      this.#insert.run(this.#lastSeq + 1, at, body);
      this.#lastSeq += 1;
    }
    return first;
  }

  read(since: number, limit: number): readonly StoredEvent[] {
    const rows = this.#database.prepare('SELECT seq, at, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
    return rows
      .all(since, limit)
      .map(({ seq, at, body }) => ({ seq: Number(seq), at: Number(at), body: String(body) }));
  }

  loadState(): StoredState | null {
    const row = this.#database.prepare('SELECT seq, state FROM saved').get();
    return row === undefined ? null : { seq: Number(row['seq']), state: String(row['state']) };
  }

  saveState({ seq, state }: StoredState): void {
    this.#database.prepare('INSERT OR REPLACE INTO saved (id, seq, state) VALUES (1, ?, ?)').run(seq, state);
    if (this.#bytes() > this.#maxBytes) this.#compact(seq);
  }

  stats(): LogStats {
    const row = this.#database.prepare('SELECT count(*) AS events, min(seq) AS first FROM events').get();
    const firstSeq = row?.['first'] ?? this.#lastSeq + 1;
    return {
      bytes: this.#bytes(),
      events: Number(row?.['events']),
      firstSeq: Number(firstSeq),
      lastSeq: this.#lastSeq,
    };
  }

  close(): void {
    this.#database.close();
  }

  #prepareTables(): void {
    const version = this.#pragma('user_version');
    if (version > schemaVersion) {
      throw new HubError('hub-too-new', `The event log ${this.#path} was written by a newer swarm-tui.`, {
        hint: 'Update swarm-tui, or choose another state directory with SWARM_TUI_STATE_DIR.',
      });
    }
    // Before the first table, so that pages freed later can go back to the disk.
    if (version === 0) this.#database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    this.#database.exec(setUp);
    if (version === 0) this.#database.exec(`BEGIN; ${tables} COMMIT;`);
  }

  // 45 ms for 64 MiB: a broken page is found now, and not when it is read in the middle of the work.
  #checkHealth(): void {
    const verdict = this.#database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw this.#damaged(String(verdict));
    const since = this.loadState()?.seq ?? 0;
    const row = this.#database
      .prepare('SELECT count(*) AS events, max(seq) AS last FROM events WHERE seq > ?')
      .get(since);
    const last = row?.['last'] ?? since;
    if (Number(last) - since !== Number(row?.['events'])) throw this.#damaged('events are missing');
  }

  #damaged(reason: string): HubError {
    return new HubError('log-damaged', `The event log ${this.#path} is damaged: ${reason}.`);
  }

  #findLastSeq(): number {
    const row = this.#database.prepare('SELECT max(seq) AS last FROM events').get();
    return Math.max(Number(row?.['last'] ?? 0), this.loadState()?.seq ?? 0);
  }

  // The newest events that fill half of the limit stay readable for `events` and `explain`.
  #compact(savedSeq: number): void {
    const newest = this.#database.prepare('SELECT seq, length(body) AS size FROM events ORDER BY seq DESC').iterate();
    let bytes = 0;
    let keepFrom = 0;
    for (const { seq, size } of newest) {
      bytes += Number(size);
      keepFrom = Number(seq);
      if (bytes > this.#maxBytes / 2) break;
    }
    this.#database.prepare('DELETE FROM events WHERE seq < ? AND seq <= ?').run(keepFrom, savedSeq);
    this.#database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);');
  }

  #bytes(): number {
    return (
      this.#pragma('page_count') * this.#pragma('page_size') +
      (statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0)
    );
  }

  #pragma(name: 'page_count' | 'page_size' | 'user_version'): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}
