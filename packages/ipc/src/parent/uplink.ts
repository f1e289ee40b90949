import { ConnectionLoop } from '../client/connection-loop.ts';
import { isDurableType } from '../client/message.ts';
import { type ReconnectOptions } from '../client/reconnect.ts';
import type { ServerConnection } from '../client/server-connection.ts';
import type { Limits } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import type { MessageStore, StreamStats } from '../store/message-store.ts';
import { matchesPattern } from '../subjects/pattern.ts';
import type { Link } from '../transport/link.ts';
import { Forwarder, PARENT_CONSUMER } from './forwarder.ts';
import { OfferedLinks } from './offered-links.ts';
import type { ParentOptions } from './parent-options.ts';

const defaultReconnect: ReconnectOptions = { initialMs: 100, factor: 2, maxMs: 30_000 };

export interface UplinkOptions extends ParentOptions {
  readonly store: MessageStore;
  readonly limits: Limits;
  readonly logger: Logger;
  /** A message of the parent for whoever subscribed here. */
  readonly onMessage: (envelope: Envelope) => void;
  /** An answer to a request that was forwarded. */
  readonly onAnswer: (envelope: Envelope) => void;
}

type Status = NonNullable<PayloadOf<'system_status'>['parent']>;

/** This daemon as a client of its parent. */
export class Uplink implements AsyncDisposable {
  readonly #options: UplinkOptions;
  readonly #forwarder: Forwarder;
  readonly #offered = new OfferedLinks();
  readonly #streams: readonly string[];
  readonly #loop: ConnectionLoop;

  constructor(options: UplinkOptions) {
    const { store, logger, limits, heartbeat = {}, taskspaces, dial } = options;
    const reconnect = { ...defaultReconnect, ...options.reconnect };
    this.#options = options;
    this.#streams = options.streams ?? (taskspaces === 'all' ? ['>'] : taskspaces);
    this.#forwarder = new Forwarder({ store, logger, retry: reconnect });
    this.#loop = new ConnectionLoop({
      dial: dial ?? this.#offered.dial,
      limits,
      heartbeat,
      reconnect,
      logger,
      greet: (connection, signal) => this.#greet(connection, signal),
      onEvent: (envelope) => this.#receive(envelope),
      onAnswer: options.onAnswer,
    });
    this.#loop.onState(({ state }) => {
      if (state !== 'connected') this.#forwarder.detach();
    });
  }

  /** Whether the parent opens the link itself. */
  get takesOffers(): boolean {
    return this.#options.dial === undefined;
  }

  /** Looks for what lies in the store since the last time. */
  async open(): Promise<void> {
    const { streams } = await this.#options.store.stats();
    for (const { stream } of streams) this.noteKept(stream);
  }

  /** A message came to lie in the store. */
  noteKept(stream: string): void {
    if (this.#forwards(stream)) this.#forwarder.wake(stream);
  }

  /** The parent opened a link. */
  offer(link: Link): void {
    this.#offered.offer(link);
    this.#loop.reconnectNow();
  }

  async describe(streams: readonly StreamStats[]): Promise<Status> {
    const { state } = this.#loop;
    const consumers = await this.#options.store.listConsumers();
    const acked = new Map(
      consumers.filter(({ name }) => name === PARENT_CONSUMER).map(({ stream, ackedSeq }) => [stream, ackedSeq]),
    );
    const pending = streams
      .filter(({ stream }) => this.#forwards(stream))
      .map(({ stream, firstSeq, lastSeq }) => ({
        stream,
        messages: Math.max(0, lastSeq - Math.max(acked.get(stream) ?? 0, firstSeq - 1)),
      }))
      .filter(({ messages }) => messages > 0);
    return {
      state: state.state === 'connected' ? 'connected' : state.state === 'lost' ? 'lost' : 'connecting',
      ...('since' in state ? { since: new Date(state.since).toISOString() } : {}),
      ...('reason' in state ? { reason: state.reason } : {}),
      ...this.#forwarder.counts,
      pending,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forwarder.detach();
    this.#offered.close();
    await this.#loop[Symbol.asyncDispose]();
    await this.#forwarder.stop();
  }

  #forwards(stream: string): boolean {
    return this.#streams.some((pattern) => matchesPattern(pattern, stream));
  }

  async #greet(connection: ServerConnection, signal: AbortSignal): Promise<void> {
    const { token, taskspaces, subscribe: subscriptions = ['agent_*'], limits } = this.#options;
    const options = { timeoutMs: limits.handshakeMs, signal };
    const role =
      taskspaces === 'all' ? { client_type: 'cli' } : { client_type: 'agent', taskspace_ids: [...taskspaces] };
    const auth = token === undefined ? {} : { auth: { token } };
    const payload = { ...role, capabilities: ['forwarding'], subscriptions: [...subscriptions] };
    await connection.exchange({ type: 'client_register', id: 'register', payload, ...auth }, options);
    this.#forwarder.attach(connection);
  }

  #receive(envelope: Envelope): void {
    const { type } = envelope;
    if (isDurableType(type)) return;
    const { subscribe = ['agent_*'] } = this.#options;
    if (subscribe.some((pattern) => matchesPattern(pattern, type))) this.#options.onMessage(envelope);
  }
}
