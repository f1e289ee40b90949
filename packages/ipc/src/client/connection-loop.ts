import { setTimeout as sleep } from 'node:timers/promises';
import type { HeartbeatOptions, Limits } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { Envelope, ErrorPayload } from '../protocol/envelope.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Dial } from './dial.ts';
import { Listeners } from './listeners.ts';
import { type ReconnectOptions, reconnectDelayMs } from './reconnect.ts';
import { ServerConnection } from './server-connection.ts';

export interface ConnectionLoopOptions {
  readonly dial: Dial;
  readonly limits: Limits;
  readonly heartbeat: HeartbeatOptions;
  readonly reconnect: ReconnectOptions | false;
  readonly logger: Logger;
  /** Makes a new connection what its user expects, before it is announced as `connected`. Rejects: it is given up. */
  readonly greet: (connection: ServerConnection, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (envelope: Envelope) => void;
  /** The operating system took what was sent. */
  readonly onDrained?: (() => void) | undefined;
  /** An answer that no `exchange` waits for. */
  readonly onAnswer?: ((envelope: Envelope) => void) | undefined;
  /** The server complains of something that is no request. */
  readonly onError?: ((error: ErrorPayload) => void) | undefined;
}

/** A connection that lasted this long was a good one: the next loss starts with the shortest pause. */
const STEADY_MS = 5000;

/** One connection after the other to the same server, until it is disposed. */
export class ConnectionLoop implements AsyncDisposable {
  readonly #options: ConnectionLoopOptions;
  readonly #listeners: Listeners<ConnectionState>;
  readonly #closing = new AbortController();
  readonly #firstTry = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  #connection: ServerConnection | undefined;
  #state: ConnectionState = { state: 'connecting' };
  #wake: AbortController | undefined;

  /** Starts at once; nothing is dialled before the current turn of the event loop has ended. */
  constructor(options: ConnectionLoopOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.logger);
    this.#firstTry.promise.catch(() => undefined);
    this.#ended = this.#run();
  }

  /** The open connection, also while it is greeted. */
  get connection(): ServerConnection | undefined {
    return this.#connection;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Ends the pause before the next try. */
  reconnectNow(): void {
    this.#wake?.abort();
  }

  /** Settles like the first try; disposes when that fails, or when the caller stops waiting. */
  async opened(signal?: AbortSignal): Promise<void> {
    const abort = (): void => this.#firstTry.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      await this.#firstTry.promise;
    } catch (cause) {
      await this[Symbol.asyncDispose]();
      throw cause;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#connection?.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    const { reconnect } = this.#options;
    const attempts = reconnect === false ? 0 : (reconnect.attempts ?? Number.POSITIVE_INFINITY);
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const startedAt = performance.now();
      const reason = await this.#live();
      if (this.#closing.signal.aborted) break;
      if (performance.now() - startedAt > STEADY_MS) failures = 0;
      if (failures >= attempts) return this.#setState({ state: 'closed', reason });
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
      this.#options.logger.debug({ event: 'ipc.connect-failed', cause });
      return cause instanceof Error ? cause.message : String(cause);
    } finally {
      this.#connection?.destroy('replaced');
      this.#connection = undefined;
    }
  }

  async #open(): Promise<ServerConnection> {
    const { dial, limits, heartbeat, logger, onEvent, onDrained, onAnswer, onError, greet } = this.#options;
    const { signal } = this.#closing;
    const link = await dial(signal);
    const connection = new ServerConnection({
      link,
      limits,
      heartbeat,
      logger,
      onEvent,
      onDrained,
      onAnswer,
      onError,
    });
    this.#connection = connection;
    await greet(connection, signal);
    signal.throwIfAborted();
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

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#listeners.tell(state);
  }
}
