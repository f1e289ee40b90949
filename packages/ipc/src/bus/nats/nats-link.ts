import { readFileSync } from 'node:fs';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  type Server,
} from '@nats-io/transport-node';
import type { ConnectionState } from '../../client/connection-state.ts';
import { reconnectDelayMs } from '../../client/reconnect.ts';
import { IpcError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { raceSignal } from '../race-signal.ts';
import type { NatsBusOptions } from './nats-options.ts';

/** What nats.js holds for a server that reads slowly is bounded by who waits for `send`. */
const MAX_UNFLUSHED_BYTES = 1024 * 1024;

/** The connection to NATS over all reconnects, and where it stands. */
export class NatsLink {
  readonly #options: NatsBusOptions;
  readonly #logger: Logger;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #connection: NatsConnection | undefined;
  #state: ConnectionState = { state: 'connecting' };
  #lost = new AbortController();
  #tries = 0;
  #maxPayload = 0;
  #unflushed = 0;

  private constructor(options: NatsBusOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  /** Rejects with `server-unreachable` or `access-denied` when no server takes us now. */
  static async open(options: NatsBusOptions, logger: Logger): Promise<NatsLink> {
    const link = new NatsLink(options, logger);
    const connecting = connect(link.#toConnectionOptions());
    try {
      link.#watch(await raceSignal(connecting, options.signal));
    } catch (cause) {
      void connecting.then(
        (late) => late.close(),
        () => undefined,
      );
      options.signal?.throwIfAborted();
      throw toConnectFailure(cause, options.servers);
    }
    return link;
  }

  get nats(): NatsConnection {
    if (this.#connection === undefined) throw new IpcError('not-connected', 'There is no connection to NATS yet.');
    return this.#connection;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Aborts with `connection-lost` when the connection that there is now ends. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Of one message, with its headers. */
  get maxPayload(): number {
    // nats.js knows nothing of the server while it reconnects
    this.#maxPayload = this.#connection?.info?.max_payload ?? this.#maxPayload;
    return this.#maxPayload;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles when there is a connection. Rejects with `closed`. */
  async connected(signal?: AbortSignal): Promise<void> {
    while (this.#state.state !== 'connected') {
      if (this.#state.state === 'closed') throw new IpcError('closed', 'The bus is closed.');
      const changed = Promise.withResolvers<void>();
      const release = this.onState(() => changed.resolve());
      await raceSignal(changed.promise, signal).finally(release);
    }
  }

  /** Sends, or loses it with the connection. Settles at once, or when the server has caught up with what was sent. */
  async send(subject: string, bytes: Uint8Array): Promise<void> {
    this.nats.publish(subject, bytes);
    this.#unflushed += bytes.length;
    if (this.#unflushed < MAX_UNFLUSHED_BYTES) return;
    this.#unflushed = 0;
    await raceSignal(this.nats.flush(), this.lost).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#setState({ state: 'closed', reason: 'closed' });
    await this.#connection?.close();
  }

  #watch(connection: NatsConnection): void {
    this.#connection = connection;
    this.#maxPayload = connection.info?.max_payload ?? 0;
    this.#tries = 0;
    this.#setState({ state: 'connected', since: Date.now() });
    void this.#follow(connection);
    void connection.closed().then((error) => this.#setState({ state: 'closed', reason: error?.message ?? 'closed' }));
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#lose(Date.now());
      if (status.type === 'reconnect') {
        this.#tries = 0;
        this.#setState({ state: 'connected', since: Date.now() });
      }
      if (status.type === 'error') this.#logger.warn({ event: 'bus.nats-error', cause: status.error });
    }
  }

  #lose(retryAt: number): void {
    if (this.#state.state === 'closed' || this.#state.state === 'connecting') return;
    const since = this.#state.state === 'lost' ? this.#state.since : Date.now();
    this.#setState({ state: 'lost', since, retryAt, reason: 'The connection to NATS was lost.' });
  }

  #setState(state: ConnectionState): void {
    if (this.#state.state === 'closed') return;
    this.#state = state;
    if (state.state === 'connected') this.#lost = new AbortController();
    else this.#lost.abort(new IpcError('connection-lost', 'The connection to NATS was lost.'));
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (cause) {
        this.#logger.error({ event: 'bus.listener-failed', cause });
      }
    }
  }

  /** Which server is next, and when: the pauses of nats.js grow by nothing, and its first one is none. */
  #chooseServer([server]: readonly Server[]): { server: Server; delay: number } | null {
    if (server === undefined) return null;
    if (this.#state.state === 'connecting') return { server, delay: 0 };
    const delay = reconnectDelayMs(this.#tries++, this.#options.reconnect ?? {}, Math.random());
    this.#lose(Date.now() + delay);
    return { server, delay };
  }

  #toConnectionOptions(): ConnectionOptions {
    const { servers, credentialsFile, tokenFile, tls, heartbeat = {} } = this.#options;
    const { intervalMs = 10_000, timeoutMs = 30_000 } = heartbeat;
    return {
      servers: typeof servers === 'string' ? servers : [...servers],
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => 0,
      reconnectToServer: (pool) => this.#chooseServer(pool),
      // a token may be replaced while we are away
      ignoreAuthErrorAbort: true,
      pingInterval: intervalMs,
      maxPingOut: Math.max(1, Math.round(timeoutMs / intervalMs) - 1),
      timeout: Math.min(10_000, timeoutMs),
      noAsyncTraces: true,
      ...(credentialsFile === undefined
        ? {}
        : { authenticator: credsAuthenticator(() => new Uint8Array(readFileSync(credentialsFile))) }),
      ...(tokenFile === undefined
        ? {}
        : { authenticator: () => ({ auth_token: readFileSync(tokenFile, 'utf8').trim() }) }),
      ...(tls === undefined
        ? {}
        : { tls: Object.fromEntries(Object.entries(tls).filter(([, file]) => file !== undefined)) }),
    };
  }
}

function toConnectFailure(cause: unknown, servers: string | readonly string[]): IpcError {
  const where = String(servers);
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError) {
    const hint = 'Look at the credentials or the token that this bus is given.';
    return new IpcError('access-denied', `NATS at ${where} does not let us in.`, { cause, hint });
  }
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  const hint = 'Start nats-server with -js, or check its address and the TLS files.';
  return new IpcError('server-unreachable', `NATS cannot be reached at ${where}${reason}.`, { cause, hint });
}
