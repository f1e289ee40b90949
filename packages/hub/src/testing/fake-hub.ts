import { HubClient } from '../client/hub-client.ts';
import type { ConnectionState, FleetListener, HubConnection, RequestOptions } from '../client/hub-connection.ts';
import type { HubLink, SubjectListener } from '../client/hub-link.ts';
import { LocalLink } from '../embed/local-link.ts';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import { HUB_PROTOCOL, type RequestName, type RequestParams, type RequestResult } from '../protocol/requests.ts';
import type { OutputChunk, ScreenFrame } from '../protocol/screen-frame.ts';
import type { HubSelf } from '../server/answer-request.ts';
import { FakeFleet, type FakeFleetOptions } from './fake-fleet.ts';

/** What a fake hub holds at first, and how it answers. */
export interface FakeHubOptions extends FakeFleetOptions {
  /** `connecting`: nothing is answered until `connect()`. @default 'connected' */
  readonly start?: 'connected' | 'connecting' | undefined;
}

/**
 * A `HubConnection` for tests of what stands on it. Script the fleet through `fleet` (`put`, `patch`, `show`,
 * `answer` …) and the connection through `connect` and `lose`. It passes the same contract suite as a real hub.
 */
export class FakeHub implements HubConnection {
  readonly fleet: FakeFleet;
  /** What `hub.status` warns of. */
  warning: string | null = null;
  readonly #link: ScriptedLink;
  readonly #client: HubClient;

  constructor({ start = 'connected', ...options }: FakeHubOptions = {}) {
    this.fleet = new FakeFleet(options);
    this.#link = new ScriptedLink(new LocalLink({ fleet: this.fleet, self: this.#self() }), this.fleet.now);
    if (start === 'connected') this.#link.connect();
    this.#client = new HubClient(this.#link);
  }

  /** How often somebody pressed "reconnect now". */
  get reconnectRequests(): number {
    return this.#link.reconnectRequests;
  }

  /** The hub is there (again): subscribers get a new snapshot. */
  connect(): void {
    this.#link.connect();
  }

  /**
   * The hub is gone, or with `error` one that cannot be talked to; the next try starts in `retryInMs`. Changes to
   * `fleet` are seen after `connect()`.
   */
  lose(retryInMs = 4000, error?: HubError): void {
    this.#link.lose(retryInMs, { error });
  }

  get connection(): ConnectionState {
    return this.#client.connection;
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#client.onConnection(listener);
  }

  reconnectNow(): void {
    this.#client.reconnectNow();
  }

  request<K extends RequestName>(
    name: K,
    params: RequestParams<K>,
    options?: RequestOptions,
  ): Promise<RequestResult<K>> {
    return this.#client.request(name, params, options);
  }

  watchFleet(listener: FleetListener): () => void {
    return this.#client.watchFleet(listener);
  }

  watchScreen(agentId: string, listener: (frame: ScreenFrame) => void): () => void {
    return this.#client.watchScreen(agentId, listener);
  }

  watchOutput(agentId: string, listener: (chunk: OutputChunk) => void): () => void {
    return this.#client.watchOutput(agentId, listener);
  }

  watchEvents(listener: (event: FleetEvent) => void): () => void {
    return this.#client.watchEvents(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }

  #self(): HubSelf {
    return {
      status: async () => ({
        version: '0.0.0-fake',
        protocol: HUB_PROTOCOL,
        pid: 1,
        startedAt: this.fleet.now(),
        socketPath: '/run/fake/hub.sock',
        stateDirectory: '/fake',
        agents: this.fleet.snapshot().agents.length,
        clients: 1,
        logBytes: 0,
        lastEventSeq: this.fleet.events.length,
        warning: this.warning,
      }),
      stop: async () => this.#link.lose(4000, { isStopped: true }),
    };
  }
}

/** Lets a test cut and mend a link. */
class ScriptedLink implements HubLink {
  connection: ConnectionState = { state: 'connecting' };
  reconnectRequests = 0;
  readonly #inner: HubLink;
  readonly #now: () => number;
  readonly #listeners = new Set<(state: ConnectionState) => void>();

  constructor(inner: HubLink, now: () => number) {
    this.#inner = inner;
    this.#now = now;
  }

  connect(): void {
    this.#tell({ state: 'connected', since: this.#now() });
  }

  lose(retryInMs: number, why: { readonly error?: HubError | undefined; readonly isStopped?: boolean }): void {
    const since = this.#now();
    this.#tell({ state: 'lost', since, retryAt: since + retryInMs, ...why });
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reconnectNow(): void {
    this.reconnectRequests += 1;
  }

  async request(name: string, params: unknown, options?: RequestOptions): Promise<unknown> {
    if (this.connection.state !== 'connected') throw new HubError('hub-unreachable', 'The hub does not answer.');
    return this.#inner.request(name, params, options);
  }

  subscribe(subject: string, listener: SubjectListener): () => void {
    return this.#inner.subscribe(subject, {
      message: (payload) => {
        if (this.connection.state === 'connected') listener.message(payload);
      },
      lagged: () => listener.lagged(),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  #tell(state: ConnectionState): void {
    this.connection = state;
    for (const listener of this.#listeners) listener(state);
  }
}
