import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Consumer, ConsumerStart } from './consumer-store.ts';
import type { StartPlace } from './consumer-table.ts';
import type { DeadLetter, DeadLetterOptions } from './dead-letter-store.ts';
import type {
  MessageStore,
  NewMessage,
  ReadOptions,
  Replay,
  ReplayOptions,
  StoreCallOptions,
  Stored,
  StoredMessage,
  StoreDamage,
  StoreStats,
} from './message-store.ts';
import type { PageRequest } from './page-reader.ts';
import { measureRecord, readPage } from './record.ts';
import { type ParsedPage, readPages } from './replay-pages.ts';
import type { StoreLimits } from './store-limits.ts';
import type { StoreThread } from './store-thread.ts';
import { parseTimestamp, toTimestamp } from './timestamp.ts';

export interface SqliteStoreOptions {
  readonly thread: StoreThread;
  /** Microseconds: receipt of the newest message that the store ever kept. */
  readonly lastTime: number;
  readonly limits: StoreLimits;
  readonly pruneMs: number;
  readonly now: () => number;
  readonly logger: Logger;
}

const pageBytes = 1024 * 1024;

/** The store's side in the main thread: gives messages their time, and makes messages of pages. */
export class SqliteStore implements MessageStore {
  readonly limits: StoreLimits;
  readonly #thread: StoreThread;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastTime: number;

  constructor({ thread, lastTime, limits, pruneMs, now, logger }: SqliteStoreOptions) {
    this.limits = limits;
    this.#thread = thread;
    this.#lastTime = lastTime;
    this.#now = now;
    this.#timer = setInterval(() => {
      this.prune().catch((error: unknown) => logger.warn({ event: 'store.not-pruned', error }));
    }, pruneMs).unref();
  }

  get damage(): StoreDamage | null {
    return this.#thread.damage;
  }

  async append(messages: readonly NewMessage[], { signal }: StoreCallOptions = {}): Promise<readonly Stored[]> {
    if (messages.length === 0) return [];
    const bytes = this.#measure(messages);
    const timed = messages.map(({ stream, id, type, bytes: body }) => ({
      stream,
      id,
      type,
      bytes: body,
      receivedAt: this.#nextTime(),
    }));
    const places = await this.#thread.append({ messages: timed, bytes }, signal);
    return places.map(({ seq, receivedAt }, index) => {
      return { seq, receivedAt, isDuplicate: receivedAt !== timed[index]?.receivedAt };
    });
  }

  async read(
    stream: string,
    { afterSeq = 0, since, limit = 1000, maxBytes = pageBytes, signal }: ReadOptions = {},
  ): Promise<readonly StoredMessage[]> {
    const from = since === undefined ? 0 : parseTimestamp(since);
    const request = { stream, after: afterSeq, since: from, until: Number.MAX_SAFE_INTEGER };
    const page = await this.#readPage({ ...request, withAcknowledged: true, limit, maxBytes }, signal);
    return page.messages;
  }

  async replay({ stream, since, signal }: ReplayOptions = {}): Promise<Replay> {
    const from = since === undefined ? 0 : parseTimestamp(since);
    const until = await this.#thread.call('lastTime', {}, signal);
    const bounds = { limit: Number.MAX_SAFE_INTEGER, maxBytes: pageBytes, withAcknowledged: false };
    const first = { ...bounds, stream: stream ?? null, after: 0, since: from, until };
    return {
      pages: readPages((request) => this.#readPage(request, signal), first),
      replayTimestamp: toTimestamp(until),
    };
  }

  async acknowledge(stream: string, replayTimestamp: string, { signal }: StoreCallOptions = {}): Promise<number> {
    return this.#thread.call('acknowledge', { stream, until: parseTimestamp(replayTimestamp) }, signal);
  }

  async openConsumer(
    { name, stream, start = 'new' }: { name: string; stream: string; start?: ConsumerStart | undefined },
    { signal }: StoreCallOptions = {},
  ): Promise<Consumer> {
    return this.#thread.call('openConsumer', { name, stream, start: toStartPlace(start) }, signal);
  }

  advance({ name, stream, ackedSeq }: Consumer, { signal }: StoreCallOptions = {}): Promise<Consumer> {
    return this.#thread.call('advance', { name, stream, ackedSeq }, signal);
  }

  removeConsumer(
    { name, stream }: { readonly name: string; readonly stream: string },
    { signal }: StoreCallOptions = {},
  ): Promise<boolean> {
    return this.#thread.call('removeConsumer', { name, stream }, signal);
  }

  listConsumers({ signal }: StoreCallOptions = {}): Promise<readonly Consumer[]> {
    return this.#thread.call('listConsumers', {}, signal);
  }

  moveToDeadLetters(
    { stream, seq, reason }: { readonly stream: string; readonly seq: number; readonly reason: string },
    { signal }: StoreCallOptions = {},
  ): Promise<boolean> {
    return this.#thread.call('moveToDeadLetters', { stream, seq, reason }, signal);
  }

  async listDeadLetters({ after = 0, limit = 100, signal }: DeadLetterOptions = {}): Promise<readonly DeadLetter[]> {
    const rows = await this.#thread.call('listDeadLetters', { after, limit }, signal);
    const letters: DeadLetter[] = [];
    for (const { number, reason, record } of rows) {
      const [message] = await this.#parse(record);
      if (message !== undefined) letters.push({ number, reason, message });
    }
    return letters;
  }

  async retryDeadLetter(number: number, { signal }: StoreCallOptions = {}): Promise<Stored | null> {
    const assigned = this.#nextTime();
    const place = await this.#thread.call('retryDeadLetter', { number, receivedAt: assigned }, signal);
    return place && { ...place, isDuplicate: place.receivedAt !== assigned };
  }

  stats({ signal }: StoreCallOptions = {}): Promise<StoreStats> {
    return this.#thread.call('stats', {}, signal);
  }

  async prune({ signal }: StoreCallOptions = {}): Promise<number> {
    const before = Math.floor((this.#now() - this.limits.ageMs) * 1000);
    const dropped = await this.#thread.call('prune', { before }, signal);
    await this.#thread.call('shrink', {}, signal);
    return dropped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#thread.close();
  }

  /** Rises whatever the clock does, in the order of the calls. */
  #nextTime(): number {
    this.#lastTime = Math.max(this.#lastTime + 1, Math.floor(this.#now() * 1000));
    return this.#lastTime;
  }

  #measure(messages: readonly NewMessage[]): number {
    const { totalBytes, waitingBytes } = this.limits;
    const bytes = messages.reduce((sum, message) => sum + measureRecord(message), 0);
    if (bytes > Math.min(totalBytes, waitingBytes)) {
      throw new IpcError('too-large', `Messages of ${bytes} bytes at once are more than the store may ever hold.`);
    }
    if (bytes + this.#thread.waitingBytes > waitingBytes) {
      throw new IpcError('store-busy', `${this.#thread.waitingBytes} bytes wait to be stored already.`);
    }
    return bytes;
  }

  async #readPage(request: PageRequest, signal: AbortSignal | undefined): Promise<ParsedPage> {
    const { records, last, isLast } = await this.#thread.call('page', request, signal);
    return { messages: records === null ? [] : await this.#parse(records), last, isLast };
  }

  /** What was written is not what is read: the database is moved aside before anyone takes it for the truth. */
  async #parse(records: Uint8Array): Promise<readonly StoredMessage[]> {
    try {
      return readPage(records);
    } catch (error) {
      if (error instanceof IpcError) await this.#thread.call('setAside', { reason: error.message });
      throw error;
    }
  }
}

function toStartPlace(start: ConsumerStart): StartPlace {
  if (typeof start === 'string' || 'seq' in start) return start;
  return { since: parseTimestamp(start.since) };
}
