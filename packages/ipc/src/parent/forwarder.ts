import { randomBytes } from 'node:crypto';
import { type ReconnectOptions, reconnectDelayMs } from '../client/reconnect.ts';
import type { ServerConnection } from '../client/server-connection.ts';
import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { MessageStore, StoredMessage } from '../store/message-store.ts';
import { toTimestamp } from '../store/timestamp.ts';
import { forwardPage, type ForwardResult } from './forward-page.ts';

/** Of the durable consumer of each stream: what it has passed lies on the disk of the parent. */
export const PARENT_CONSUMER = '$parent';
const PAGE_MESSAGES = 256;
const PAGE_BYTES = 512 * 1024;
/** Streams that have a page on its way at a time. */
const MAX_ACTIVE = 8;

export interface ForwarderOptions {
  readonly store: MessageStore;
  readonly logger: Logger;
  readonly retry: ReconnectOptions;
}

/** Where a stream stands. */
interface Place {
  readonly stream: string;
  /** Undefined before its consumer was opened. */
  ackedSeq: number | undefined;
  isActive: boolean;
  failures: number;
  retry: NodeJS.Timeout | undefined;
}

/** Figures since the daemon began. */
export interface ForwarderCounts {
  forwarded: number;
  /** Refused for good by the parent: they are dead letters. */
  refused: number;
  /** Gone before the parent had them, because the store had no more room for them. */
  dropped: number;
}

/**
 * Sends what the store holds to the parent: of each stream one page at a time, in order, whatever becomes of the
 * others. A page that the parent has is acknowledged here; one that it cannot take now is sent again later.
 */
export class Forwarder {
  readonly counts: ForwarderCounts = { forwarded: 0, refused: 0, dropped: 0 };
  readonly #options: ForwarderOptions;
  readonly #places = new Map<string, Place>();
  readonly #ready = new Set<Place>();
  readonly #running = new Set<Promise<void>>();
  readonly #opening = new Set<Promise<void>>();
  readonly #prefix = randomBytes(9).toString('base64url');
  #connection: ServerConnection | undefined;
  /** The parent hung up because a frame was too large for it: one message at a time, until it is clear which one. */
  #isCareful = false;
  #nextId = 1;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** There is something new in a stream, or may be. */
  wake(stream: string): void {
    const place = this.#places.get(stream) ?? this.#add(stream);
    if (place.retry === undefined) this.#ready.add(place);
    this.#pump();
  }

  /** Begins to send, from what the parent has. */
  attach(connection: ServerConnection): void {
    this.#connection = connection;
    for (const place of this.#places.values()) this.#retryNow(place);
    this.#pump();
  }

  detach(): void {
    this.#connection = undefined;
  }

  /** Settles when the store is not used any longer. */
  async stop(): Promise<void> {
    this.detach();
    for (const { retry } of this.#places.values()) clearTimeout(retry);
    await Promise.all([...this.#running, ...this.#opening]);
  }

  /** From here on the store keeps what the parent does not have, also while there is no link. */
  #add(stream: string): Place {
    const place = { stream, ackedSeq: undefined, isActive: false, failures: 0, retry: undefined };
    this.#places.set(stream, place);
    // One that fails is opened again by the first reading.
    const opening = this.#findPlace(place).then(
      () => undefined,
      () => undefined,
    );
    this.#opening.add(opening);
    void opening.then(() => this.#opening.delete(opening));
    return place;
  }

  #pump(): void {
    const most = this.#isCareful ? 1 : MAX_ACTIVE;
    for (const place of this.#ready) {
      if (!this.#connection || this.#running.size >= most) return;
      if (!place.isActive) this.#start(place, this.#connection);
    }
    if (this.#running.size === 0) this.#isCareful = false;
  }

  #start(place: Place, connection: ServerConnection): void {
    this.#ready.delete(place);
    place.isActive = true;
    const run = this.#forwardSome(place, connection).finally(() => {
      place.isActive = false;
      this.#running.delete(run);
      this.#pump();
    });
    this.#running.add(run);
  }

  /** Never rejects. */
  async #forwardSome(place: Place, connection: ServerConnection): Promise<void> {
    let page: readonly StoredMessage[] = [];
    try {
      page = await this.#read(place);
      if (page.length === 0 || connection !== this.#connection) return;
      const answer = await forwardPage(connection, page, `${this.#prefix}-${this.#nextId++}`);
      const { results, retry_after: retryAfterMs = 0 } = answer;
      await this.#settle(place, page.slice(0, results.length), results);
      place.failures = 0;
      if (results.length < page.length) this.#wait(place, retryAfterMs);
      else this.#ready.add(place);
    } catch (cause) {
      await this.#failed(place, page, cause, connection).catch((problem: unknown) => this.#tryLater(place, problem));
    }
  }

  async #read(place: Place): Promise<readonly StoredMessage[]> {
    const afterSeq = place.ackedSeq ?? (await this.#findPlace(place));
    const limit = this.#isCareful ? 1 : PAGE_MESSAGES;
    return this.#options.store.read(place.stream, { afterSeq, limit, maxBytes: PAGE_BYTES });
  }

  async #findPlace(place: Place): Promise<number> {
    const { stream } = place;
    const { ackedSeq } = await this.#options.store.openConsumer({ name: PARENT_CONSUMER, stream, start: 'all' });
    place.ackedSeq = Math.max(place.ackedSeq ?? 0, ackedSeq);
    return place.ackedSeq;
  }

  /** The parent has them, or never will. */
  async #settle(place: Place, page: readonly StoredMessage[], results: readonly ForwardResult[]): Promise<void> {
    const { store } = this.#options;
    const { stream, ackedSeq = 0 } = place;
    const last = page.at(-1);
    if (!last) return;
    for (const [index, { seq }] of page.entries()) {
      const { error_code: code, error } = results[index] ?? {};
      if (code === undefined) this.counts.forwarded++;
      else await this.#bury(stream, seq, `${code}: ${error ?? ''}`);
    }
    this.counts.dropped += last.seq - ackedSeq - page.length;
    try {
      await Promise.all([
        store.advance({ name: PARENT_CONSUMER, stream, ackedSeq: last.seq }),
        store.acknowledge(stream, toTimestamp(last.receivedAt)),
      ]);
    } catch (cause) {
      // Its place is looked up again; what is sent twice has the same ids.
      place.ackedSeq = undefined;
      throw cause;
    }
    place.ackedSeq = last.seq;
  }

  async #bury(stream: string, seq: number, reason: string): Promise<void> {
    this.#options.logger.warn({ event: 'daemon.parent-refused', stream, seq, reason });
    if (await this.#options.store.moveToDeadLetters({ stream, seq, reason })) this.counts.refused++;
  }

  async #failed(
    place: Place,
    page: readonly StoredMessage[],
    cause: unknown,
    connection: ServerConnection,
  ): Promise<void> {
    if (!(await isTooLarge(cause, connection))) return this.#tryLater(place, cause);
    const isAlone = this.#isCareful && page.length === 1;
    if (isAlone) {
      const results = [{ error_code: 'LIMIT_EXCEEDED', error: 'larger than a frame to the parent may be' }];
      await this.#settle(place, page, results);
    }
    this.#isCareful = !isAlone;
    this.#ready.add(place);
  }

  #tryLater(place: Place, cause: unknown): void {
    // Over the next connection, at once.
    if (!this.#connection) return void this.#ready.add(place);
    const { logger, retry } = this.#options;
    logger.warn({ event: 'daemon.forward-failed', stream: place.stream, cause });
    const asked = cause instanceof IpcError ? (cause.remote?.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(asked, reconnectDelayMs(place.failures++, retry, Math.random()));
    this.#wait(place, delayMs);
  }

  #wait(place: Place, delayMs: number): void {
    this.#ready.delete(place);
    place.retry = setTimeout(() => {
      this.#retryNow(place);
      this.#pump();
    }, delayMs);
    place.retry.unref();
  }

  #retryNow(place: Place): void {
    clearTimeout(place.retry);
    place.retry = undefined;
    this.#ready.add(place);
  }
}

/** Whether the frame was larger than either side takes; the parent says so by its way of hanging up. */
async function isTooLarge(cause: unknown, connection: ServerConnection): Promise<boolean> {
  if (!(cause instanceof IpcError)) return false;
  if (cause.code === 'too-large') return true;
  return cause.code === 'connection-lost' && /\(1009\)|^A line is longer/.test(await connection.lost);
}
