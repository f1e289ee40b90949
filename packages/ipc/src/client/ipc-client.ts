import { IpcError } from '../errors.ts';
import { defaultLimits, type HeartbeatOptions, type Limits } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { isReservedType, LaggedPayload } from '../protocol/control.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { ConnectionLoop } from './connection-loop.ts';
import type { ConnectionState } from './connection-state.ts';
import { createUnixDial, type Dial, type Encoding } from './dial.ts';
import { Listeners } from './listeners.ts';
import type { ReconnectOptions } from './reconnect.ts';
import { requireConnection } from './require-connection.ts';
import type { RequestOptions, ServerConnection } from './server-connection.ts';
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

/**
 * Talks to an `IpcServer`, over as many connections one after the other as it takes. Subscriptions last; a request
 * belongs to one connection and is never sent twice.
 */
export class IpcClient implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #limits: Limits;
  readonly #subscriptions: Subscriptions;
  readonly #lagListeners: Listeners<Lag>;
  readonly #loop: ConnectionLoop;

  /** Starts to connect in the background and goes on until it is closed. */
  constructor(options: IpcClientOptions) {
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#subscriptions = new Subscriptions(this.#logger);
    this.#lagListeners = new Listeners(this.#logger);
    this.#loop = new ConnectionLoop({
      dial: options.dial ?? createUnixDial(options.socketPath, options.encoding ?? 'binary', this.#limits),
      limits: this.#limits,
      heartbeat: options.heartbeat ?? {},
      reconnect: options.reconnect ?? {},
      logger: this.#logger,
      greet: (connection, signal) => this.#greet(connection, signal),
      onEvent: (envelope) => this.#receive(envelope),
    });
  }

  /** Settles when connected. Rejects when the first try fails, with `server-unreachable` or `busy`; nothing stays behind then. */
  static async connect(
    options: IpcClientOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<IpcClient> {
    signal?.throwIfAborted();
    const client = new IpcClient(options);
    await client.#loop.opened(signal);
    return client;
  }

  get connection(): ConnectionState {
    return this.#loop.state;
  }

  /** Tells each change of `connection`. */
  onConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#loop.onState(listener);
  }

  /** Tells what the server left out because this process read too slowly. */
  onLagged(listener: (lag: Lag) => void): () => void {
    return this.#lagListeners.add(listener);
  }

  /** Ends the pause before the next try. Does nothing when there is none. */
  reconnectNow(): void {
    this.#loop.reconnectNow();
  }

  /**
   * Settles with the handler's answer. Rejects with `not-connected` (not sent), `connection-lost` (sent, outcome unknown),
   * `refused` (see `remote`), `timed-out`, `too-large`, or the signal's reason; the server's handler is told in the last cases.
   */
  async request(type: string, payload: unknown = {}, options: RequestOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (isReservedType(type)) throw new IpcError('reserved-subject', `"${type}" is no request.`);
    return requireConnection(this.#loop, type).request(type, payload, options);
  }

  /** Listens to a subject or pattern (`*` one token, `>` the rest, `prefix*`) until the returned function is called, over all reconnects; twice is harmless. Throws `reserved-subject`. */
  subscribe(subject: string, listener: SubjectListener): () => void {
    if (isReservedType(subject)) throw new IpcError('reserved-subject', `"${subject}" is no subject.`);
    return this.#subscriptions.add(subject, listener, (isWanted) => {
      if (this.#loop.connection) void this.#tellWanted(this.#loop.connection, isWanted, [subject]);
    });
  }

  /** Requests in work reject with `connection-lost`. Twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
  }

  async #greet(connection: ServerConnection, signal: AbortSignal): Promise<void> {
    const patterns = this.#subscriptions.patterns();
    const options = { timeoutMs: this.#limits.handshakeMs, signal };
    // Connected means that the server answers, not only that somebody listens.
    if (patterns.length === 0) await connection.request('heartbeat', {}, options);
    else await connection.request('subscribe', { subjects: patterns }, options);
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
    if (lag) this.#lagListeners.tell({ subject: lag.subject, dropped: lag.dropped });
  }
}
