import * as z from 'zod/mini';
import { jsonCodec } from '../codec/json-codec.ts';
import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { isDurableType } from './message.ts';
import { createItem, type OutgoingItem, type Outcome, type Receipt, settleItem } from './outgoing-item.ts';
import type { OutgoingLog } from './outgoing-log.ts';
import type { ServerConnection } from './server-connection.ts';

export interface OfflineOptions {
  /** Messages that wait for a connection or a receipt; one more is refused with `queue-full`. @default 10000 */
  readonly messages?: number | undefined;
  /** Their size as JSON. @default 64 MiB */
  readonly bytes?: number | undefined;
  /** What waits is kept here on disk, and sent by the next process that names this directory. @default in memory */
  readonly directory?: string | undefined;
  /** Entry of the store's worker thread, for programs that are bundled. */
  readonly workerUrl?: URL | undefined;
}

export interface PublisherOptions {
  readonly offline: OfflineOptions;
  readonly logger: Logger;
  /** About to wait for an answer. */
  readonly onWaiting: () => void;
  /** Says who sends it: with that the daemon passes the bytes on as they are. */
  readonly sign: (envelope: Envelope) => Envelope;
}

interface Publication {
  readonly envelope: Envelope;
  readonly signal: AbortSignal | undefined;
}

/** Durable messages that wait for their receipts at a time; the daemon writes all that wait with one sync. */
const WINDOW = 512;
/** Unsent bytes above which messages wait here. */
const HIGH_BYTES = 1024 * 1024;
/** Longer than any timer: a receipt comes, or the connection goes. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

const ReceiptData = z.looseObject({ stream: z.string(), seq: z.number(), duplicate: z.boolean() });

/** Sends messages in order, over all connections; what has no receipt when a connection goes is sent again. */
export class Publisher implements AsyncDisposable {
  readonly #options: PublisherOptions;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #log: Promise<OutgoingLog> | undefined;
  #waiting: OutgoingItem[] = [];
  readonly #sent = new Set<OutgoingItem>();
  /** What has no receipt yet, by id. */
  readonly #durable = new Map<string, OutgoingItem>();
  #messages = 0;
  #bytes = 0;
  /** On their way into the log. */
  #entering = 0;
  #connection: ServerConnection | undefined;
  #end: IpcError | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#maxMessages = options.offline.messages ?? 10_000;
    this.#maxBytes = options.offline.bytes ?? 64 * 1024 * 1024;
    this.#log = options.offline.directory === undefined ? undefined : this.#openLog(options.offline.directory);
    this.#log?.catch(() => undefined);
  }

  /** What waits for a connection or a receipt. */
  get queued(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Settles when the log can be written to. */
  async opened(): Promise<void> {
    await this.#log;
  }

  /** Settles when the message was handed over, or waits for the next connection. */
  async publish(publication: Publication): Promise<void> {
    const { envelope, signal } = publication;
    signal?.throwIfAborted();
    if (this.#canPassBy(envelope)) return this.#connection?.send(this.#options.sign(envelope));
    const item = await this.#enter(publication);
    await this.#settled(item, item.accepted.promise, signal);
  }

  /** Settles with the receipt. */
  async publishDurable(publication: Publication): Promise<Receipt> {
    publication.signal?.throwIfAborted();
    const item = await this.#enter(publication);
    const receipt = await this.#settled(item, item.receipt.promise, publication.signal);
    if (receipt) return receipt;
    throw new IpcError('malformed', `${publication.envelope.type} is not durable: it has no receipt.`);
  }

  /** Begins to send. */
  attach(connection: ServerConnection): void {
    this.#connection = connection;
    this.pump();
  }

  /** What was sent and has no receipt goes first on the next connection. */
  detach(): void {
    if (!this.#connection) return;
    this.#connection = undefined;
    this.#waiting = [...this.#sent, ...this.#waiting];
    this.#sent.clear();
    for (const item of this.#waiting) item.accepted.resolve();
  }

  /** Sends what may be sent now. */
  pump(): void {
    let count = 0;
    while (count < this.#waiting.length && this.#hasRoom()) {
      const item = this.#waiting[count++];
      if (item) this.#send(item);
    }
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }

  /** Nothing will be sent any more. What is in the log stays there. */
  fail(reason: IpcError): void {
    this.#end ??= reason;
    const lost = [...this.#sent, ...this.#waiting];
    this.#connection = undefined;
    this.#waiting = [];
    this.#sent.clear();
    for (const item of lost) this.#forget(item, { kind: 'dropped', cause: reason });
    const inMemory = lost.filter(({ place }) => place === undefined).length;
    if (inMemory > 0) this.#options.logger.warn({ event: 'ipc.unsent-messages', messages: inMemory });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fail(new IpcError('closed', 'The client was closed before the message was confirmed.'));
    const log = await this.#log?.catch(() => undefined);
    await log?.[Symbol.asyncDispose]();
  }

  async #openLog(directory: string): Promise<OutgoingLog> {
    // SQLite and its thread are loaded by who asks for them.
    const { OutgoingLog } = await import('./outgoing-log.ts');
    const { workerUrl } = this.#options.offline;
    const bounds = { maxMessages: this.#maxMessages, maxBytes: this.#maxBytes };
    const log = await OutgoingLog.open({ directory, workerUrl, ...bounds });
    for (const { envelope, place } of await log.readLeft()) {
      const bytes = sizeOf(envelope);
      this.#reserve(1, bytes);
      this.#waiting.push(this.#createItem(envelope, bytes, place));
    }
    this.pump();
    return log;
  }

  /** Whether a message need not wait behind any other. */
  #canPassBy({ type }: Envelope): boolean {
    return !isDurableType(type) && this.#waiting.length === 0 && this.#entering === 0 && this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.#connection !== undefined && this.#sent.size < WINDOW && this.#connection.pendingBytes < HIGH_BYTES;
  }

  async #enter({ envelope }: Publication): Promise<OutgoingItem> {
    if (this.#end) throw this.#end;
    const known = this.#durable.get(envelope.id);
    if (known) return known;
    const bytes = sizeOf(envelope);
    if (this.#messages >= this.#maxMessages || this.#bytes + bytes > this.#maxBytes) {
      throw new IpcError('queue-full', `${this.#messages} messages of ${this.#bytes} bytes wait already.`);
    }
    this.#reserve(1, bytes);
    const item = await this.#writeToLog(envelope, bytes);
    this.#waiting.push(item);
    if (this.#end) this.#dropLate(item, this.#end);
    else if (!this.#connection) item.accepted.resolve();
    this.pump();
    return item;
  }

  #reserve(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
  }

  #dropLate(item: OutgoingItem, cause: IpcError): void {
    this.#waiting = [];
    this.#forget(item, { kind: 'dropped', cause });
  }

  /** Without a log nothing is waited for, so that messages keep the order of the calls. */
  #writeToLog(envelope: Envelope, bytes: number): OutgoingItem | Promise<OutgoingItem> {
    return this.#log ? this.#append(this.#log, envelope, bytes) : this.#createItem(envelope, bytes, undefined);
  }

  async #append(log: Promise<OutgoingLog>, envelope: Envelope, bytes: number): Promise<OutgoingItem> {
    this.#entering++;
    try {
      return this.#createItem(envelope, bytes, await (await log).append(envelope));
    } catch (cause) {
      this.#reserve(-1, -bytes);
      throw cause;
    } finally {
      this.#entering--;
    }
  }

  #createItem(envelope: Envelope, bytes: number, place: OutgoingItem['place']): OutgoingItem {
    const item = createItem({ envelope, bytes, isDurable: isDurableType(envelope.type), place });
    if (item.isDurable) this.#durable.set(envelope.id, item);
    return item;
  }

  #send(item: OutgoingItem): void {
    const connection = this.#connection;
    if (!connection) return;
    const envelope = this.#options.sign(item.envelope);
    if (item.isDurable) {
      this.#options.onWaiting();
      this.#sent.add(item);
      void this.#awaitReceipt(item, connection);
      return item.accepted.resolve();
    }
    try {
      connection.send(envelope);
      this.#forget(item, { kind: 'confirmed', receipt: null });
    } catch (cause) {
      this.#forget(item, { kind: 'refused', cause });
    }
  }

  async #awaitReceipt(item: OutgoingItem, connection: ServerConnection): Promise<void> {
    try {
      const data = await connection.exchange(item.envelope, { timeoutMs: NO_LIMIT, acceptsPending: true });
      this.#forget(item, { kind: 'confirmed', receipt: readReceipt(item.envelope.type, data) });
    } catch (cause) {
      // It is sent again over the next connection.
      if (!isFinal(cause)) return;
      this.#options.logger.warn({ event: 'ipc.publish-refused', subject: item.envelope.type, cause });
      this.#forget(item, { kind: 'refused', cause });
    }
    this.pump();
  }

  /** The item is done with. */
  #forget(item: OutgoingItem, outcome: Outcome): void {
    this.#sent.delete(item);
    if (this.#durable.get(item.envelope.id) === item) this.#durable.delete(item.envelope.id);
    this.#reserve(-1, -item.bytes);
    settleItem(item, outcome);
    if (item.place !== undefined && !this.#end) void this.#settleInLog(item.place, outcome);
  }

  async #settleInLog(place: NonNullable<OutgoingItem['place']>, outcome: Outcome): Promise<void> {
    try {
      const log = await this.#log;
      if (outcome.kind === 'refused') await log?.refuse(place, String(outcome.cause));
      else await log?.confirm(place);
    } catch (cause) {
      // It will be sent once more by the next process, and recognised by its id.
      this.#options.logger.warn({ event: 'ipc.queue-not-written', cause });
    }
  }

  /** Stops waiting when the caller does; what was not sent yet never is. */
  async #settled<T>(item: OutgoingItem, promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!signal) return promise;
    const given = Promise.withResolvers<never>();
    const abort = (): void => {
      given.reject(signal.reason);
      if (!this.#waiting.includes(item)) return;
      this.#waiting = this.#waiting.filter((other) => other !== item);
      this.#forget(item, { kind: 'dropped', cause: signal.reason });
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await Promise.race([promise, given.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

/** Whether sending it again over another connection is of no use. */
function isFinal(cause: unknown): boolean {
  if (!(cause instanceof IpcError)) return true;
  if (cause.code === 'refused') return cause.remote?.code !== 'SHUTTING_DOWN';
  return cause.code !== 'connection-lost' && cause.code !== 'not-connected';
}

function readReceipt(type: string, data: unknown): Receipt {
  const receipt = ReceiptData.safeParse(data);
  if (receipt.success) return receipt.data;
  throw new IpcError('malformed', `The receipt of ${type} makes no sense.`);
}

function sizeOf(envelope: Envelope): number {
  return jsonCodec.encode(envelope).length;
}
