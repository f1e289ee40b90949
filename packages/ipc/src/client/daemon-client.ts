import { randomBytes } from 'node:crypto';
import { IpcError } from '../errors.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { CancelPayload, LaggedPayload } from '../protocol/control.ts';
import type { Envelope, ErrorPayload } from '../protocol/envelope.ts';
import { type DataOf, messageTypes, type MessageTypeName, type PayloadOf } from '../protocol/message-types.ts';
import { ConnectionLoop } from './connection-loop.ts';
import type { ConnectionState } from './connection-state.ts';
import type {
  ClientPublishOptions,
  DaemonClientOptions,
  PresenceEvent,
  RespondOptions,
  SubjectRequestOptions,
} from './daemon-client-options.ts';
import { createUnixDial } from './dial.ts';
import { drain } from './drain.ts';
import type { Lag } from './ipc-client.ts';
import { Listeners } from './listeners.ts';
import { isDurableType, isSubject, type MessageOf, type Subject } from './message.ts';
import type { Receipt } from './outgoing-item.ts';
import { Publisher } from './publisher.ts';
import { readAnswer, readClientId, readIncoming } from './read-incoming.ts';
import { ReadingBrake } from './reading-brake.ts';
import { requireConnection } from './require-connection.ts';
import { type Handler, Responder } from './responder.ts';
import type { RequestOptions, ServerConnection } from './server-connection.ts';
import { type ClientSubscribeOptions, Subscription } from './subscription.ts';
import { SubscriptionDesk } from './subscription-desk.ts';

/**
 * Client of an `IpcDaemon`, over as many connections as it takes. Subscriptions and services last; durable messages are
 * sent until the daemon has them; a request belongs to one connection and is never sent twice.
 */
export class DaemonClient implements AsyncDisposable {
  readonly #options: DaemonClientOptions;
  readonly #limits: Limits;
  readonly #logger: Logger;
  readonly #loop: ConnectionLoop;
  readonly #brake = new ReadingBrake();
  readonly #publisher: Publisher;
  readonly #desk: SubscriptionDesk;
  readonly #responders = new Set<Responder>();
  readonly #lagListeners: Listeners<Lag>;
  readonly #errorListeners: Listeners<ErrorPayload>;
  readonly #prefix = randomBytes(9).toString('base64url');
  #registration: PayloadOf<'client_register'> | undefined;
  #clientId: string | undefined;
  #nextId = 1;

  /** Starts to connect in the background and goes on until it is closed. */
  constructor(options: DaemonClientOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#registration = options.register;
    this.#lagListeners = new Listeners(this.#logger);
    this.#errorListeners = new Listeners(this.#logger);
    const createId = (): string => this.#createId();
    const onDropped = (subject: string): void => this.#lagListeners.tell({ subject, dropped: 1 });
    this.#desk = new SubscriptionDesk({ brake: this.#brake, logger: this.#logger, createId, onDropped });
    const onWaiting = (): void => this.#brake.release();
    const sign = (envelope: Envelope): Envelope => Object.assign(envelope, { from: this.#clientId });
    this.#publisher = new Publisher({ offline: options.offline ?? {}, logger: this.#logger, onWaiting, sign });
    this.#loop = this.#createLoop();
    this.#loop.onState((state) => this.#follow(state));
  }

  /** Settles when connected. Rejects when the first try fails, with `server-unreachable` or `busy`; nothing stays behind then. */
  static async connect(
    options: DaemonClientOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<DaemonClient> {
    signal?.throwIfAborted();
    const client = new DaemonClient(options);
    try {
      await client.#publisher.opened();
      await client.#loop.opened(signal);
      return client;
    } catch (cause) {
      await client[Symbol.asyncDispose]();
      throw cause;
    }
  }

  get connection(): ConnectionState {
    return this.#loop.state;
  }

  /** The name that the daemon gave this connection; undefined before the first one. */
  get clientId(): string | undefined {
    return this.#clientId;
  }

  /** Messages that wait for a connection or for their receipts. */
  get queued(): { readonly messages: number; readonly bytes: number } {
    return this.#publisher.queued;
  }

  /** Tells each change of `connection`. */
  onConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#loop.onState(listener);
  }

  /** Tells what was left out because this process read too slowly. */
  onLagged(listener: (lag: Lag) => void): () => void {
    return this.#lagListeners.add(listener);
  }

  /** Tells what the daemon refused of that which is not answered: a message that may not be published, for one. */
  onRefused(listener: (error: ErrorPayload) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Tells who comes and goes, of those that register. Ends with the returned function. */
  onPresence(listener: (event: PresenceEvent) => void): () => void {
    const came = this.listen('client_connected', listener);
    const went = this.listen('client_disconnected', listener);
    return () => void Promise.all([came[Symbol.asyncDispose](), went[Symbol.asyncDispose]()]);
  }

  /** Ends the pause before the next try. Does nothing when there is none. */
  reconnectNow(): void {
    this.#loop.reconnectNow();
  }

  /**
   * Says what this client is, now and at each reconnect. It can only narrow the rights of the credential, and be done once.
   * Rejects with `not-connected` (it is done at the next connection) or `refused`.
   */
  async register(
    registration: PayloadOf<'client_register'>,
    options: RequestOptions = {},
  ): Promise<DataOf<'client_register'>> {
    options.signal?.throwIfAborted();
    this.#registration = registration;
    const connection = requireConnection(this.#loop, 'client_register');
    return this.#sendRegistration(connection, registration, options);
  }

  /**
   * Asks the daemon (a type of the protocol) or whoever answers a subject. Rejects with `not-connected` (not sent),
   * `connection-lost` (sent, outcome unknown), `refused` (see `remote`; code `NO_RESPONDERS`: nobody answers), `timed-out`,
   * `too-large`, or the signal's reason; in the last cases the other side is told.
   */
  request<Name extends MessageTypeName>(
    type: Name,
    payload: PayloadOf<Name>,
    options?: RequestOptions,
  ): Promise<DataOf<Name>>;
  request(subject: Subject, payload?: unknown, options?: SubjectRequestOptions): Promise<unknown>;
  async request(type: string, payload: unknown = {}, { to, ...options }: SubjectRequestOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    const connection = requireConnection(this.#loop, type);
    this.#brake.release();
    const head = isSubject(type) ? { expect_response: true } : {};
    const envelope = { ...this.#createEnvelope(type, payload, { to }), ...head };
    return readAnswer(type, await connection.exchange(envelope, options));
  }

  /**
   * Sends to all that subscribed. Settles when it is on its way, or waits for the next connection (`offline`): it may get
   * lost then, unless it is durable. Rejects with `queue-full`, `too-large`, `closed` or the signal's reason.
   */
  publish<Name extends MessageTypeName>(
    type: Name,
    payload: PayloadOf<Name>,
    options?: ClientPublishOptions,
  ): Promise<void>;
  publish(subject: Subject, payload: unknown, options?: ClientPublishOptions): Promise<void>;
  async publish(type: string, payload: unknown, options: ClientPublishOptions = {}): Promise<void> {
    await this.#publisher.publish({ envelope: this.#createEnvelope(type, payload, options), signal: options.signal });
  }

  /**
   * Sends a `buffer_…` message, or one on `buffer.<stream>.…`, until the daemon has it on its disk, over any number of
   * connections. Rejects with `refused`, `queue-full`, `too-large`, `closed` or the signal's reason.
   */
  publishDurable<Name extends MessageTypeName & `buffer_${string}`>(
    type: Name,
    payload: PayloadOf<Name>,
    options?: ClientPublishOptions,
  ): Promise<Receipt>;
  publishDurable(
    subject: `buffer.${string}.${string}`,
    payload: unknown,
    options?: ClientPublishOptions,
  ): Promise<Receipt>;
  async publishDurable(type: string, payload: unknown, options: ClientPublishOptions = {}): Promise<Receipt> {
    if (!isDurableType(type)) throw new IpcError('reserved-subject', `"${type}" is not durable.`);
    const envelope = this.#createEnvelope(type, payload, options);
    return this.#publisher.publishDurable({ envelope, signal: options.signal });
  }

  /**
   * What is sent on a type, a subject or a pattern of them (`*` one token, `>` the rest, `prefix*`), to loop over. Throws
   * `subscription-overlap` for queues and durable consumers that meet another subscription of this client.
   */
  subscribe<Name extends MessageTypeName>(type: Name, options?: ClientSubscribeOptions): Subscription<MessageOf<Name>>;
  subscribe(patterns: string | readonly string[], options?: ClientSubscribeOptions): Subscription;
  subscribe(patterns: string | readonly string[], options: ClientSubscribeOptions = {}): Subscription {
    options.signal?.throwIfAborted();
    this.#throwIfClosed();
    const all = typeof patterns === 'string' ? [patterns] : patterns;
    const subscription = new Subscription(all, options, this.#desk, (envelope) =>
      readIncoming(envelope, { maxBytes: this.#limits.frameBytes, logger: this.#logger }),
    );
    this.#desk.open(subscription);
    return subscription;
  }

  /**
   * The same, for a function: called with one message after the other, when it has settled. A message counts as worked off
   * then, also when it failed, which is logged.
   */
  listen<Name extends MessageTypeName>(
    type: Name,
    listener: (message: MessageOf<Name>) => unknown,
    options?: ClientSubscribeOptions,
  ): Subscription<MessageOf<Name>>;
  listen(
    patterns: string | readonly string[],
    listener: (message: Envelope) => unknown,
    options?: ClientSubscribeOptions,
  ): Subscription;
  listen(
    patterns: string | readonly string[],
    listener: (message: never) => unknown,
    options: ClientSubscribeOptions = {},
  ): Subscription {
    const subscription = this.subscribe(patterns, options);
    void drain(subscription, listener, this.#logger);
    return subscription;
  }

  /** Answers the requests on a subject or pattern, together with all services of the same queue. Throws `subscription-overlap`. */
  respond(pattern: string, handler: Handler, { queue = 'services', signal }: RespondOptions = {}): Responder {
    signal?.throwIfAborted();
    this.#throwIfClosed();
    const end = (): void => void responder[Symbol.asyncDispose]();
    const responder = new Responder({
      patterns: [pattern],
      queue,
      handler,
      logger: this.#logger,
      connection: () => this.#loop.connection,
      closed: async (sink) => {
        signal?.removeEventListener('abort', end);
        this.#responders.delete(sink);
        await this.#desk.closed(sink);
      },
    });
    this.#desk.open(responder);
    this.#responders.add(responder);
    signal?.addEventListener('abort', end, { once: true });
    return responder;
  }

  /** Subscriptions end, requests in work reject with `connection-lost`, messages without a receipt with `closed`. Twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
    await this.#publisher[Symbol.asyncDispose]();
  }

  #createLoop(): ConnectionLoop {
    const { dial, socketPath, encoding = 'binary', heartbeat = {}, reconnect = {} } = this.#options;
    return new ConnectionLoop({
      dial: dial ?? createUnixDial(socketPath, encoding, this.#limits),
      limits: this.#limits,
      heartbeat,
      reconnect,
      logger: this.#logger,
      greet: (connection, signal) => this.#greet(connection, signal),
      onEvent: (envelope) => this.#receive(envelope),
      onDrained: () => this.#publisher.pump(),
      onError: (error) => {
        this.#desk.noteError(error);
        this.#errorListeners.tell(error);
      },
    });
  }

  async #greet(connection: ServerConnection, signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: this.#limits.handshakeMs, signal };
    this.#brake.attach(connection);
    // The daemon is asked for its name of this client, and by that, whether it is there.
    const hello = connection.exchange(
      { type: 'heartbeat', id: this.#createId(), payload: {}, ...this.#auth() },
      options,
    );
    this.#clientId = readClientId(await hello);
    if (this.#registration) await this.#sendRegistration(connection, this.#registration, options);
    await this.#desk.greet(connection);
    this.#publisher.attach(connection);
  }

  #auth(): object {
    const { token } = this.#options;
    return token === undefined ? {} : { auth: { token } };
  }

  async #sendRegistration(
    connection: ServerConnection,
    payload: PayloadOf<'client_register'>,
    options: RequestOptions,
  ): Promise<DataOf<'client_register'>> {
    const id = this.#createId();
    const data = await connection.exchange({ type: 'client_register', id, payload }, options);
    const answer = messageTypes.client_register.data.parse(data);
    this.#clientId = answer.client_id;
    return answer;
  }

  #follow({ state }: ConnectionState): void {
    if (state === 'connected') return;
    this.#desk.detach();
    this.#publisher.detach();
    for (const responder of this.#responders) responder.cancelAll();
    if (state !== 'closed') return;
    const closed = new IpcError('closed', 'The client is closed.');
    this.#desk.fail(closed);
    this.#publisher.fail(closed);
  }

  #throwIfClosed(): void {
    if (this.#loop.state.state === 'closed') throw new IpcError('closed', 'The client is closed.');
  }

  #createId(): string {
    return `${this.#prefix}-${this.#nextId++}`;
  }

  #createEnvelope(type: string, payload: unknown, { to, id }: Pick<ClientPublishOptions, 'to' | 'id'>): Envelope {
    const envelope: Envelope = { type, payload, id: id ?? this.#createId() };
    if (to !== undefined) envelope.to = to;
    return envelope;
  }

  #receive(envelope: Envelope): void {
    if (envelope.type === 'cancel') {
      const { data } = CancelPayload.safeParse(envelope.payload);
      if (data) for (const responder of this.#responders) responder.cancel(data.request_id);
      return;
    }
    if (envelope.type !== 'lagged') return this.#desk.deliver(envelope);
    const lag = LaggedPayload.safeParse(envelope.payload).data;
    if (lag) this.#lagListeners.tell({ subject: lag.subject, dropped: lag.dropped });
  }
}
