import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { IpcError } from '../errors.ts';
import { BatchRecords } from './batch-records.ts';
import type { StoreDamage } from './message-store.ts';
import { toStoreError } from './sqlite-failure.ts';
import { StoreDatabase } from './store-database.ts';
import { lockStoreDirectory } from './store-lock.ts';
import type {
  OtherRequest,
  StoreBatch,
  StoreOperations,
  StoreOutcome,
  StoreReply,
  StoreRequest,
  StoreWorkerData,
  WriteOperations,
  WriteRequest,
} from './store-messages.ts';

const fileName = 'messages.db';
const asideMark = '.damaged-';

/** A request of the batch, with its place there. */
interface Numbered<Request> {
  readonly index: number;
  readonly request: Request;
}

/** Answers batches; what changes the store and stands next to each other shares one sync to the disk. */
export class StoreKeeper {
  readonly #options: StoreWorkerData;
  readonly #path: string;
  #lock: Disposable | null = null;
  #database: StoreDatabase | null = null;
  #damage: StoreDamage | null = null;
  #now = 0;
  /** Of a database that was lost while it was open: what is received later has a later time. */
  #lastTime = 0;

  constructor(options: StoreWorkerData) {
    this.#options = options;
    this.#path = join(options.directory, fileName);
  }

  answer({ requests, records: bytes, now }: StoreBatch): StoreReply {
    this.#now = now;
    const records = new BatchRecords(bytes, requests);
    const outcomes: StoreOutcome[] = [];
    let writes: Numbered<WriteRequest>[] = [];
    for (const [index, request] of requests.entries()) {
      if (isWrite(request)) {
        writes.push({ index, request });
        continue;
      }
      outcomes.push(...this.#writeAll(writes, records), this.#answerOne(request));
      writes = [];
    }
    outcomes.push(...this.#writeAll(writes, records));
    return { outcomes, places: records.places, damage: this.#damage };
  }

  #answerOne(request: OtherRequest): StoreOutcome {
    try {
      return { result: this.#run(request) };
    } catch (error) {
      return this.#toFailure(error);
    }
  }

  #run(request: OtherRequest): StoreOperations[OtherRequest['op']]['result'] {
    switch (request.op) {
      case 'open':
        this.#lock = lockStoreDirectory(this.#options.directory, this.#options.lockWaitMs);
        return this.#opened().lastTime;
      case 'setAside':
        this.#setAside(request.args.reason);
        return null;
      case 'close':
        this.#database?.close();
        this.#lock?.[Symbol.dispose]();
        return null;
      case 'shrink':
        this.#opened().shrink();
        return null;
      default:
        return read(this.#opened(), request);
    }
  }

  #writeAll(writes: readonly Numbered<WriteRequest>[], records: BatchRecords): readonly StoreOutcome[] {
    if (writes.length === 0) return [];
    try {
      return this.#commit(writes, records);
    } catch (error) {
      const failure = this.#toFailure(error);
      // The store began anew, so that the same requests would now be answered from an empty one.
      if (failure.failure.code === 'store-damaged') return writes.map(() => failure);
      if (failure.failure.code === 'store-full') this.#makeRoom();
      // Whatever one of them met, the others need not fail with it.
      return writes.map((write) => this.#writeOne(write, records));
    }
  }

  #writeOne(write: Numbered<WriteRequest>, records: BatchRecords): StoreOutcome {
    try {
      return this.#commit([write], records)[0] ?? { result: null };
    } catch (error) {
      return this.#toFailure(error);
    }
  }

  #commit(writes: readonly Numbered<WriteRequest>[], records: BatchRecords): readonly StoreOutcome[] {
    const database = this.#opened();
    return database.transact(() =>
      writes.map(({ index, request }) => {
        try {
          return { result: write(database, request, () => records.insert(database, index)) };
        } catch (error) {
          // Found before anything was changed.
          if (error instanceof IpcError && error.code === 'consumer-unknown') return this.#toFailure(error);
          throw error;
        }
      }),
    );
  }

  #makeRoom(): void {
    try {
      this.#opened().makeRoom();
    } catch {
      // Then there is none, and the next write says so.
    }
  }

  /** Also tries again what failed before: a new database that a full disk had no room for. */
  #opened(): StoreDatabase {
    if (this.#database !== null) return this.#database;
    try {
      return this.#open();
    } catch (error) {
      const failure = toStoreError(error, this.#path);
      if (failure.code !== 'store-damaged') throw failure;
      return this.#setAside(failure.message);
    }
  }

  #open(): StoreDatabase {
    const { directory, limits } = this.#options;
    // Numbers that a lost database gave are below: a reader that goes on from one of them misses nothing new.
    const seqBase = readdirSync(directory).some((name) => name.startsWith(`${fileName}${asideMark}`))
      ? Math.max(this.#now, this.#lastTime)
      : 0;
    const lastTime = this.#lastTime === 0 ? this.#now : this.#lastTime;
    this.#database = new StoreDatabase({ path: this.#path, limits, lastTime, seqBase });
    return this.#database;
  }

  #setAside(reason: string): StoreDatabase {
    this.#lastTime = this.#database?.lastTime ?? this.#lastTime;
    this.#database?.close();
    this.#database = null;
    const at = Math.floor(this.#now / 1000);
    const aside = findFreeName(`${this.#path}${asideMark}${new Date(at).toISOString().replaceAll(':', '-')}`);
    // The database last: a kill in between leaves a damaged one that the next start finds.
    for (const part of ['-journal', '-wal', '-shm', '']) {
      if (existsSync(`${this.#path}${part}`)) renameSync(`${this.#path}${part}`, `${aside}${part}`);
    }
    this.#damage = { path: aside, reason, at };
    return this.#open();
  }

  #toFailure(error: unknown): Extract<StoreOutcome, { readonly failure: unknown }> {
    const { code, message, hint } = toStoreError(error, this.#path);
    if (code === 'store-damaged' && this.#database !== null) this.#setAsideOrClose(message);
    return { failure: { code, message, hint } };
  }

  #setAsideOrClose(reason: string): void {
    try {
      this.#setAside(reason);
    } catch {
      // No room for a new one now: the next request tries again, and is told why when that fails too.
      this.#database = null;
    }
  }
}

const writeOperations: Readonly<Record<keyof WriteOperations, true>> = {
  append: true,
  acknowledge: true,
  openConsumer: true,
  advance: true,
  removeConsumer: true,
  moveToDeadLetters: true,
  retryDeadLetter: true,
  prune: true,
};

function isWrite(request: StoreRequest): request is WriteRequest {
  return request.op in writeOperations;
}

function write(
  database: StoreDatabase,
  request: WriteRequest,
  insert: () => void,
): WriteOperations[keyof WriteOperations]['result'] {
  const { messages, consumers, deadLetters } = database;
  switch (request.op) {
    case 'append':
      insert();
      return null;
    case 'acknowledge':
      return consumers.acknowledge(request.args.stream, request.args.until);
    case 'openConsumer':
      return consumers.open(request.args, request.args.start);
    case 'advance':
      return consumers.advance(request.args);
    case 'removeConsumer':
      return consumers.remove(request.args);
    case 'moveToDeadLetters':
      return deadLetters.move(request.args.stream, request.args.seq, request.args.reason);
    case 'retryDeadLetter':
      return database.retryDeadLetter(request.args.number, request.args.receivedAt);
    case 'prune':
      return messages.dropBefore(request.args.before);
  }
}

type ReadRequest = Exclude<OtherRequest, { readonly op: 'open' | 'setAside' | 'close' | 'shrink' }>;

function read(database: StoreDatabase, request: ReadRequest): StoreOperations[ReadRequest['op']]['result'] {
  switch (request.op) {
    case 'lastTime':
      return database.lastTime;
    case 'page':
      return database.pages.read(request.args);
    case 'listConsumers':
      return database.consumers.list();
    case 'listDeadLetters':
      return database.deadLetters.list(request.args.after, request.args.limit);
    case 'stats':
      return database.stats();
  }
}

function findFreeName(name: string): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!existsSync(candidate)) return candidate;
  }
}
