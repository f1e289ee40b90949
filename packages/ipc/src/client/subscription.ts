import type { Envelope } from '../protocol/envelope.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import { MessageBuffer } from './message-buffer.ts';
import { RecentIds } from './recent-ids.ts';
import type { Sink } from './sink.ts';

export interface ClientSubscribeOptions {
  /** Name of a queue group: of its members, one gets each message. */
  readonly queue?: string | undefined;
  /** What the daemon does when this client reads too slowly. @default 'drop-oldest'; 'pause' for a durable one */
  readonly policy?: 'drop-oldest' | 'disconnect' | 'pause' | undefined;
  /** Name of a durable consumer: goes on after the last acknowledged message, over any number of connections and processes. */
  readonly durable?: string | undefined;
  /** Stream of the durable consumer. @default the second token of a `buffer.<stream>.…` pattern */
  readonly stream?: string | undefined;
  /** Where a durable consumer begins that is new. @default 'new' */
  readonly start?: PayloadOf<'subscribe'>['start'];
  /** Messages that wait here for the reader; beyond it the daemon is held up, then the oldest is dropped. @default 1024 */
  readonly bufferSize?: number | undefined;
  /** Ends the subscription; the loop over it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a subscription needs of its client. */
export interface SubscriptionHost {
  /** It has more than it wants; or wants more. */
  holdUp(sink: Sink, isFull: boolean): void;
  /** Messages of a durable consumer had to be left out: they are to be sent again. */
  restart(sink: Sink): void;
  /** A message and all before it are worked off. */
  acknowledge(sink: Sink): void;
  dropped(subject: string): void;
  closed(sink: Sink): Promise<void>;
}

const REMEMBERED_IDS = 4096;
/** Messages that may still come when the daemon is held up: a page of its store. */
const ON_THE_WAY = 1024;

/**
 * What is published on some subjects, to loop over. One logical subscription over any number of connections. A durable one
 * counts a message as worked off when the loop asks for the next one, or when `acknowledge` is called.
 */
export class Subscription<Message extends Envelope = Envelope>
  implements Sink, AsyncIterableIterator<Message>, AsyncDisposable
{
  readonly isResponder = false;
  readonly patterns: readonly string[];
  readonly options: ClientSubscribeOptions;
  /** Settles when the daemon sends what is published from then on. Rejects when it refuses. */
  readonly ready: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #host: SubscriptionHost;
  /** From here on the daemon is held up. */
  readonly #capacity: number;
  /** From here on messages are left out. */
  readonly #limit: number;
  readonly #buffer = new MessageBuffer<Message>();
  readonly #seen = new RecentIds(REMEMBERED_IDS);
  readonly #read: (envelope: Envelope) => Message | undefined;
  readonly #abort = (): void => void this.#end(this.options.signal?.reason);
  #receivedSeq = 0;
  #givenSeq = 0;
  #ackedSeq = 0;
  #dropped = 0;
  /** Messages of a durable consumer are left out from here on, until it is started again. */
  #gap: 'none' | 'open' | 'closing' = 'none';
  #ended: Promise<void> | undefined;

  constructor(
    patterns: readonly string[],
    options: ClientSubscribeOptions,
    host: SubscriptionHost,
    read: (envelope: Envelope) => Message | undefined,
  ) {
    this.patterns = patterns;
    this.options = options;
    this.#host = host;
    this.#read = read;
    this.#capacity = Math.max(1, options.bufferSize ?? 1024);
    this.#limit = this.#capacity + (options.durable === undefined ? this.#capacity : ON_THE_WAY);
    this.ready = this.#ready.promise;
    this.ready.catch(() => undefined);
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Messages that were dropped here because the loop was too slow; never of a durable one. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The sequence up to which all is worked off, for a durable one. */
  get ackedSeq(): number {
    return this.#ackedSeq;
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    this.acknowledge();
    // Most have come already: each promise more would take as long as reading the message.
    const message = this.#buffer.shift();
    return message === undefined ? this.#wait() : Promise.resolve(this.#give(message));
  }

  async #wait(): Promise<IteratorResult<Message, undefined>> {
    const message = await this.#buffer.next();
    return message === undefined ? { done: true, value: undefined } : this.#give(message);
  }

  #give(message: Message): IteratorResult<Message, undefined> {
    this.#givenSeq = message.seq ?? 0;
    if (this.#buffer.size <= this.#capacity / 2) this.#makeRoom();
    return { done: false, value: message };
  }

  /** Marks the message that the loop got last, and all before it, as worked off. Does nothing for what is not durable. */
  acknowledge(): void {
    if (this.options.durable === undefined || this.#givenSeq <= this.#ackedSeq) return;
    this.#ackedSeq = this.#givenSeq;
    this.#host.acknowledge(this);
  }

  /** Leaving the loop ends the subscription; the message at hand counts as not worked off. */
  async return(): Promise<IteratorResult<Message, undefined>> {
    await this[Symbol.asyncDispose]();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Settles when the daemon knows of all that was worked off. Twice is harmless. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#end(undefined);
  }

  /** @internal The daemon took it on, or refused it for good. */
  settle(refusal?: Error): void {
    if (refusal === undefined) return this.#ready.resolve();
    this.#ready.reject(refusal);
    void this.#end(refusal);
  }

  /** @internal The client is closed. */
  fail(reason: Error): void {
    this.#ready.reject(reason);
    void this.#end(reason);
  }

  /** @internal From here on the daemon sends everything after `ackedSeq` again. */
  resume(): void {
    this.#gap = 'none';
  }

  /** @internal */
  accept(envelope: Envelope): void {
    if (this.#ended || this.#gap !== 'none' || !this.#isNew(envelope)) return;
    const message = this.#read(envelope);
    if (!message) return;
    if (this.#buffer.size >= this.#limit) return this.#overflow(message);
    if (message.seq !== undefined) this.#receivedSeq = message.seq;
    this.#buffer.push(message);
    if (this.#buffer.size >= this.#capacity) this.#host.holdUp(this, true);
  }

  /** What is not kept on disk is sent once. */
  #isNew({ id, seq }: Envelope): boolean {
    if (this.options.durable !== undefined) return (seq ?? 0) > this.#receivedSeq;
    return seq === undefined || this.#seen.add(id);
  }

  #overflow(message: Message): void {
    if (this.options.durable !== undefined) {
      this.#gap = 'open';
      return;
    }
    const oldest = this.#buffer.shift();
    this.#buffer.push(message);
    this.#dropped++;
    this.#host.dropped(oldest?.type ?? message.type);
  }

  #makeRoom(): void {
    this.#host.holdUp(this, false);
    if (this.#gap !== 'open') return;
    this.#gap = 'closing';
    this.#host.restart(this);
  }

  #end(reason: unknown): Promise<void> {
    this.#ended ??= this.#close(reason);
    return this.#ended;
  }

  async #close(reason: unknown): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.#abort);
    this.#buffer.end(reason);
    this.#ready.reject(reason ?? new DOMException('The subscription has ended.', 'AbortError'));
    this.#host.holdUp(this, false);
    await this.#host.closed(this);
  }
}
