import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { LogDamage } from './event-log.ts';
import { LogDatabase } from './log-database.ts';
import type { LogFailure, LogOperations, LogReply, LogRequest, LogWorkerData, OpenedLog } from './log-messages.ts';
import { isDamage, toLogError } from './sqlite-failure.ts';
import { lockStateDirectory } from './state-lock.ts';

type AppendRequest = Extract<LogRequest, { readonly op: 'append' }>;

/** Answers requests in order; appends that stand next to each other share one sync to the disk. */
export class LogKeeper {
  readonly #options: LogWorkerData;
  readonly #path: string;
  #lock: Disposable | null = null;
  #database: LogDatabase | null = null;
  #damage: LogDamage | null = null;

  constructor(options: LogWorkerData) {
    this.#options = options;
    this.#path = join(options.directory, 'events.db');
  }

  answer(requests: readonly LogRequest[]): readonly LogReply[] {
    const replies: LogReply[] = [];
    let appends: AppendRequest[] = [];
    for (const request of requests) {
      if (request.op === 'append') {
        appends.push(request);
        continue;
      }
      replies.push(...this.#appendAll(appends), this.#answerOne(request));
      appends = [];
    }
    return [...replies, ...this.#appendAll(appends)];
  }

  #answerOne(request: Exclude<LogRequest, AppendRequest>): LogReply {
    try {
      return { id: request.id, result: this.#run(request) };
    } catch (error) {
      return { id: request.id, failure: this.#toFailure(error) };
    }
  }

  #run(request: Exclude<LogRequest, AppendRequest>): LogOperations[keyof LogOperations]['result'] {
    switch (request.op) {
      case 'open':
        this.#lock = lockStateDirectory(this.#options.directory, this.#options.lockWaitMs);
        return this.#openOrSetAside();
      case 'setAside':
        return this.#setAside(request.args.reason);
      case 'read':
        return this.#opened().read(request.args.since, request.args.limit);
      case 'stats':
        return this.#opened().stats();
      case 'loadState':
        return this.#opened().loadState();
      case 'saveState':
        this.#opened().saveState(request.args);
        return null;
      case 'close':
        this.#database?.close();
        this.#lock?.[Symbol.dispose]();
        return null;
    }
  }

  #appendAll(requests: readonly AppendRequest[]): readonly LogReply[] {
    if (requests.length === 0) return [];
    try {
      return this.#commit(this.#opened(), requests);
    } catch (error) {
      const failure = this.#toFailure(error);
      return requests.map(({ id }) => ({ id, failure }));
    }
  }

  #commit(database: LogDatabase, requests: readonly AppendRequest[]): readonly LogReply[] {
    try {
      database.begin();
      const replies = requests.map(({ id, args }) => ({ id, result: database.insert(args.at, args.bodies) }));
      database.commit();
      return replies;
    } catch (error) {
      database.rollback();
      throw error;
    }
  }

  #openOrSetAside(): OpenedLog {
    try {
      this.#database = new LogDatabase(this.#path, this.#options.maxBytes);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#setAside(error instanceof Error ? error.message : String(error));
    }
    return { lastSeq: this.#database.lastSeq, damage: this.#damage };
  }

  #setAside(reason: string): OpenedLog {
    this.#database?.close();
    this.#database = null;
    const at = Date.now();
    const aside = `${this.#path}.damaged-${new Date(at).toISOString().replaceAll(':', '-')}`;
    // The database last: a kill in between leaves a damaged one that the next start finds.
    for (const part of ['-wal', '-shm', '']) {
      if (existsSync(`${this.#path}${part}`)) renameSync(`${this.#path}${part}`, `${aside}${part}`);
    }
    this.#damage = { path: aside, reason, at };
    this.#database = new LogDatabase(this.#path, this.#options.maxBytes);
    return { lastSeq: this.#database.lastSeq, damage: this.#damage };
  }

  #opened(): LogDatabase {
    if (this.#database === null) throw new Error('the log is not open');
    return this.#database;
  }

  #toFailure(error: unknown): LogFailure {
    const { code, message, hint } = toLogError(error, this.#path);
    return { code, message, hint };
  }
}
