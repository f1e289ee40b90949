import { setTimeout as sleep } from 'node:timers/promises';
import { IpcError } from '../errors.ts';
import { defaultLimits, type HeartbeatOptions, type Limits } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { isReservedType, LaggedPayload } from '../protocol/control.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { ConnectionState } from './connection-state.ts';
import { createUnixDial, type Dial, type Encoding } from './dial.ts';
import { type ReconnectOptions, reconnectDelayMs } from './reconnect.ts';
import { type RequestOptions, ServerConnection } from './server-connection.ts';
import { type SubjectListener, Subscriptions } from './subscriptions.ts';

export interface IpcClientOptions {
  readonly socketPath: string;
  /** @default 'binary' */
  readonly encoding?: Encoding | undefined;
  /** `false`: the first loss, or a first try that fails, closes the client. */
  readonly reconnect?: ReconnectOptions | false | undefined;
  readonly limits?: Partial<Pick<Limits, 'frameBytes' | 'handshakeMs' | 'drainMs'>> | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly logger?: Logger | undefined;
  /** Opens the link some other way than over `socketPath`. */
  readonly dial?: Dial | undefined;
}

export interface Lag {
  readonly subject: string;
  /** Messages that were left out before the next one of this subject. */
  readonly dropped: number;
}

/** A connection that lasted this long was a good one: the next loss starts with the shortest pause. */
const STEADY_MS = 5000;

/**
 * Talks to an `IpcServer`, over as many connections one after the other as it takes. Subscriptions last; a request
 * belongs to one connection and is never sent twice.
 */
export class IpcClient implements AsyncDisposable {
  readonly #options: IpcClientOptions;
  readonly #limits: Limits;
  readonly #logger: Logger;
  readonly #dial: Dial;
  readonly #subscriptions: Subscriptions;
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #lagListeners = new Set<(lag: Lag) => void>();
  readonly #closing = new AbortController();
  readonly #firstTry = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  #connection: ServerConnection | undefined;
  #state: ConnectionState = { state: 'connecting' };
  #wake: AbortController | undefined;

  /** Starts to connect in the background and goes on until it is closed. */
  constructor(options: IpcClientOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#dial = options.dial ?? createUnixDial(options.socketPath, options.encoding ?? 'binary', this.#limits);
    this.#subscriptions = new Subscriptions(this.#logger);
    this.#firstTry.promise.catch(() => undefined);
    this.#ended = this.#run();
  }

  /** Settles when connected. Rejects when the first try fails, with `server-unreachable` or `busy`; nothing stays behind then. */
  static async connect(
    options: IpcClientOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<IpcClient> {
    signal?.throwIfAborted();
    const client = new IpcClient(options);
    const abort = (): void => client.#firstTry.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await client.#firstTry.promise;
      return client;
    } catch (cause) {
      await client[Symbol.asyncDispose]();
      throw cause;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  /** Tells each change of `connection`. */
  onConnection(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Tells what the server left out because this process read too slowly. */
  onLagged(listener: (lag: Lag) => void): () => void {
    this.#lagListeners.add(listener);
    return () => this.#lagListeners.delete(listener);
  }

  /** Ends the pause before the next try. Does nothing when there is none. */
  reconnectNow(): void {
    this.#wake?.abort();
  }

  /**
   * Settles with the handler's answer. Rejects with `not-connected` (not sent), `connection-lost` (sent, outcome unknown),
   * `refused` (see `remote`), `timed-out`, `too-large`, or the signal's reason; the server's handler is told in the last cases.
   */
  async request(type: string, payload: unknown = {}, options: RequestOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (isReservedType(type)) throw new IpcError('reserved-subject', `"${type}" is no request.`);
    if (this.#state.state === 'closed') throw new IpcError('closed', `The client is closed: ${type} was not sent.`);
    if (this.#state.state !== 'connected' || !this.#connection) {
      throw new IpcError('not-connected', `Not connected: ${type} was not sent.`);
    }
    return this.#connection.request(type, payload, options);
  }

  /** Listens to a subject or pattern (`*` one token, `>` the rest, `prefix*`) until the returned function is called, over all reconnects; twice is harmless. Throws `reserved-subject`. */
  subscribe(subject: string, listener: SubjectListener): () => void {
    if (isReservedType(subject)) throw new IpcError('reserved-subject', `"${subject}" is no subject.`);
    return this.#subscriptions.add(subject, listener, (isWanted) => {
      if (this.#connection) void this.#tellWanted(this.#connection, isWanted, [subject]);
    });
  }

  /** Requests in work reject with `connection-lost`. Twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#connection?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const startedAt = performance.now();
      const reason = await this.#live();
      if (this.#closing.signal.aborted) break;
      if (this.#options.reconnect === false) return this.#setState({ state: 'closed', reason });
      if (performance.now() - startedAt > STEADY_MS) failures = 0;
      await this.#pause(failures++, reason);
    }
    this.#setState({ state: 'closed', reason: 'closed' });
  }

  /** From dialling to loss. Never rejects: the reason is what the next try needs. */
  async #live(): Promise<string> {
    try {
      const connection = await this.#open();
      this.#setState({ state: 'connected', since: Date.now() });
      this.#firstTry.resolve();
      return await connection.lost;
    } catch (cause) {
      this.#firstTry.reject(cause);
      this.#logger.debug({ event: 'ipc.connect-failed', cause });
      return cause instanceof Error ? cause.message : String(cause);
    } finally {
      this.#connection?.destroy('replaced');
      this.#connection = undefined;
    }
  }

  async #open(): Promise<ServerConnection> {
    const link = await this.#dial(this.#closing.signal);
    const connection = new ServerConnection({
      link,
      limits: this.#limits,
      heartbeat: this.#options.heartbeat ?? {},
      logger: this.#logger,
      onEvent: (envelope) => this.#receive(envelope),
    });
    this.#connection = connection;
    const patterns = this.#subscriptions.patterns();
    const options = { timeoutMs: this.#limits.handshakeMs, signal: this.#closing.signal };
    // Connected means that the server answers, not only that somebody listens.
    if (patterns.length === 0) await connection.request('heartbeat', {}, options);
    else await connection.request('subscribe', { subjects: patterns }, options);
    this.#closing.signal.throwIfAborted();
    return connection;
  }

  async #pause(failures: number, reason: string): Promise<void> {
    const delayMs = reconnectDelayMs(failures, this.#options.reconnect || {}, Math.random());
    const now = Date.now();
    this.#wake = new AbortController();
    this.#setState({ state: 'lost', since: now, retryAt: now + delayMs, reason });
    const signal = AbortSignal.any([this.#wake.signal, this.#closing.signal]);
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    this.#wake = undefined;
  }

  async #tellWanted(connection: ServerConnection, isWanted: boolean, subjects: readonly string[]): Promise<void> {
    try {
      await connection.request(isWanted ? 'subscribe' : 'unsubscribe', { subjects });
    } catch (cause) {
      // After a loss the next connection subscribes to all that is wanted then.
      if (cause instanceof IpcError && cause.code === 'refused') {
        this.#logger.error({ event: 'ipc.subscribe-refused', subjects, cause });
      }
    }
  }

  #receive(envelope: Envelope): void {
    if (envelope.type !== 'lagged') return this.#subscriptions.deliver(envelope);
    const lag = LaggedPayload.safeParse(envelope.payload).data;
    if (lag) this.#tell(this.#lagListeners, { subject: lag.subject, dropped: lag.dropped });
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#tell(this.#stateListeners, state);
  }

  /** A listener that throws must neither keep the others from hearing nor end the reconnecting. */
  #tell<T>(listeners: ReadonlySet<(news: T) => void>, news: T): void {
    for (const listener of listeners) {
      try {
        listener(news);
      } catch (cause) {
        this.#logger.error({ event: 'ipc.listener-failed', cause });
      }
    }
  }
}
