import { randomUUID } from 'node:crypto';
import type { ConnectionState } from '../client/connection-state.ts';
import { RequestTable } from '../client/request-table.ts';
import { IpcError } from '../errors.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { toFailedResponse } from '../protocol/failure.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { MessageStore } from '../store/message-store.ts';
import { SubjectTable } from '../subjects/subject-table.ts';
import type {
  Bus,
  BusCallOptions,
  BusConsumer,
  BusRequestOptions,
  BusStatus,
  BusSubscription,
  ConsumeOptions,
  HandleBusRequest,
  PublishOptions,
  PublishReceipt,
  SubscribeOptions,
} from './bus.ts';
import { packAnswer, packEnvelope, type PackedMessage, readEnvelope } from './bus-envelope.ts';
import { checkName, checkPattern, checkResponderPattern, checkSubject, findStream } from './bus-names.ts';
import { Consumer } from './consumer.ts';
import { createEmbeddedConsumer } from './embedded-consumer.ts';
import { raceSignal } from './race-signal.ts';
import { Responder } from './responder.ts';
import { StreamNews } from './stream-news.ts';
import { Subscription } from './subscription.ts';

export interface EmbeddedBusOptions {
  /** Keeps the durable messages. Only the bus appends to it; who opened it closes it, after the bus. */
  readonly store: MessageStore;
  /** @default 1 MiB, as NATS has it */
  readonly maxMessageBytes?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** A bus within this process: subjects in memory, durable messages in the store. */
export function createEmbeddedBus(options: EmbeddedBusOptions): Bus {
  return new EmbeddedBus(options);
}

class EmbeddedBus implements Bus {
  readonly #store: MessageStore;
  readonly #maxBytes: number;
  readonly #logger: Logger;
  readonly #subjects = new SubjectTable<Subscription>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #responders = new SubjectTable<Responder>();
  readonly #requests = new RequestTable();
  readonly #consumers = new Map<string, Consumer>();
  readonly #news = new StreamNews();
  readonly #openResponders = new Set<Responder>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = { state: 'connected', since: Date.now() };
  #waiting = 0;

  constructor({ store, maxMessageBytes = 1024 * 1024, logger = silentLogger }: EmbeddedBusOptions) {
    this.#store = store;
    this.#maxBytes = maxMessageBytes;
    this.#logger = logger;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  async publish(subject: string, payload: unknown, { id, signal }: PublishOptions = {}): Promise<PublishReceipt> {
    this.#refuse(signal);
    const stream = findStream(subject, payload);
    const packed = packEnvelope({ subject, payload, id, maxBytes: this.#maxBytes });
    const message: PackedMessage = { subject, stream, ...packed };
    if (stream !== null) return raceSignal(this.#keep(message, stream), signal);
    this.#deliver(message);
    return { id: message.id, stored: null };
  }

  async subscribe(pattern: string, options: SubscribeOptions = {}): Promise<BusSubscription> {
    this.#refuse(options.signal);
    checkPattern(pattern);
    if (options.queue !== undefined) checkName('queue', options.queue);
    const subscription = new Subscription({
      ...options,
      pattern,
      logger: this.#logger,
      release: (each) => {
        this.#subscriptions.delete(each);
        this.#subjects.remove(pattern, each, each.queue);
      },
    });
    this.#subscriptions.add(subscription);
    this.#subjects.add(pattern, subscription, options.queue);
    return subscription;
  }

  async consume({ stream, name, start = 'new', signal }: ConsumeOptions): Promise<BusConsumer> {
    this.#refuse(signal);
    checkName('stream', stream);
    checkName('durable consumer', name);
    const { ackedSeq } = await this.#store.openConsumer({ name, stream, start }, { signal });
    const key = JSON.stringify([stream, name]);
    this.#consumers.get(key)?.fail(new IpcError('consumer-taken', `${name} of ${stream} was opened again.`));
    const consumer = new Consumer({
      stream,
      name,
      signal,
      logger: this.#logger,
      engine: createEmbeddedConsumer({ store: this.#store, news: this.#news, stream, name, ackedSeq }),
      release: (each) => {
        if (this.#consumers.get(key) === each) this.#consumers.delete(key);
      },
    });
    this.#consumers.set(key, consumer);
    return consumer;
  }

  async request(subject: string, payload: unknown = {}, options: BusRequestOptions = {}): Promise<unknown> {
    const { timeoutMs = 30_000, signal } = options;
    this.#refuse(signal);
    checkSubject(subject);
    const { id, bytes } = packEnvelope({ subject, payload, id: randomUUID(), maxBytes: this.#maxBytes });
    const responder = this.#responders.match(subject).queues[0]?.pick(() => true);
    const onGivenUp = (): void => responder?.cancel(id);
    const answer = this.#requests.wait({ id, type: subject, timeoutMs, signal, onGivenUp });
    void this.#answer(responder, { id, subject, bytes, timeoutMs });
    return answer;
  }

  async respond(pattern: string, handle: HandleBusRequest, options: BusCallOptions = {}): Promise<AsyncDisposable> {
    this.#refuse(options.signal);
    checkResponderPattern(pattern);
    const release = (each: Responder): void => {
      this.#openResponders.delete(each);
      this.#responders.remove(pattern, each, 'all');
    };
    const responder = new Responder({ ...options, pattern, handle, release });
    this.#openResponders.add(responder);
    this.#responders.add(pattern, responder, 'all');
    return responder;
  }

  async status({ signal }: BusCallOptions = {}): Promise<BusStatus> {
    this.#refuse(signal);
    const { streams } = await this.#store.stats({ signal });
    return {
      kind: 'embedded',
      state: this.#state,
      maxMessageBytes: this.#maxBytes,
      subscriptions: this.#subscriptions.size,
      waiting: this.#waiting,
      streams: streams.map(({ stream, messages, firstSeq, lastSeq }) => ({ stream, messages, firstSeq, lastSeq })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state.state === 'closed') return;
    this.#state = { state: 'closed', reason: 'closed' };
    for (const each of [...this.#subscriptions, ...this.#consumers.values(), ...this.#openResponders]) each.end();
    this.#requests.rejectAll((subject) => new IpcError('closed', `The bus was closed: nobody waits for ${subject}.`));
    for (const listener of this.#stateListeners) listener(this.#state);
  }

  async #keep(message: PackedMessage, stream: string): Promise<PublishReceipt> {
    const { id, subject, bytes } = message;
    this.#waiting += 1;
    try {
      const [stored] = await this.#store.append([{ stream, id, type: subject, bytes }]);
      if (stored === undefined) throw new IpcError('store-failed', `The store says nothing about ${id}.`);
      const { seq, isDuplicate } = stored;
      if (!isDuplicate) {
        this.#deliver(message);
        this.#news.tell(stream);
      }
      return { id, stored: { stream, seq, isDuplicate } };
    } finally {
      this.#waiting -= 1;
    }
  }

  #deliver(message: PackedMessage): void {
    const { subscribers, queues } = this.#subjects.match(message.subject);
    for (const subscriber of subscribers) subscriber.push(message);
    for (const queue of queues) {
      const member = queue.pick(({ hasRoom }) => hasRoom) ?? queue.pick(() => true);
      member?.push(message);
    }
  }

  async #answer(
    responder: Responder | undefined,
    { id, subject, bytes, timeoutMs }: { id: string; subject: string; bytes: Uint8Array; timeoutMs: number },
  ): Promise<void> {
    const answer =
      responder === undefined
        ? toFailedResponse(new WireFailure('NO_RESPONDERS', `Nobody answers ${subject}.`))
        : await responder.answer({ id, subject, payload: readEnvelope(bytes).payload }, timeoutMs);
    this.#requests.settle(readEnvelope(packAnswer(id, answer, this.#maxBytes)));
  }

  #refuse(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (this.#state.state === 'closed') throw new IpcError('closed', 'The bus is closed.');
  }
}
