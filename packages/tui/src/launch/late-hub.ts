import { untilAborted } from '@swarm-tui/core';
import {
  type AgentRecord,
  type ConnectionState,
  type FleetDelta,
  type FleetEvent,
  type FleetListener,
  type FleetSnapshot,
  type HubConnection,
  HubError,
  type OutputChunk,
  type RequestName,
  type RequestOptions,
  type RequestParams,
  type RequestResult,
  type ScreenFrame,
} from '@swarm-tui/hub/client';

/** How a hub is reached that may answer later than the first frame. */
export interface LateHubOptions {
  /** Makes the connection. Called again after a failure, later and later. */
  readonly connect: (signal: AbortSignal) => Promise<HubConnection>;
  /** Told of each failure, for the person. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;

/**
 * A hub connection that can be used before there is one: the UI is drawn while it is being made. Requests wait for it,
 * subscriptions are made when it is there. The fleet is asked for as soon as it is there, for the first who watches it.
 */
export class LateHub implements HubConnection {
  readonly #options: LateHubOptions;
  readonly #disposed = new AbortController();
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  readonly #watches = new Set<(hub: HubConnection) => void>();
  readonly #arrival = Promise.withResolvers<HubConnection>();
  #hub: HubConnection | null = null;
  #ahead: FleetAhead | null = null;
  #state: ConnectionState = { state: 'connecting' };
  #retry: (() => void) | null = null;

  constructor(options: LateHubOptions) {
    this.#options = options;
    // requests that wait get the rejection; nobody else needs it
    this.#arrival.promise.catch(() => undefined);
    void this.#connect();
  }

  get connection(): ConnectionState {
    return this.#hub?.connection ?? this.#state;
  }

  /** The agents are known, and told at once to the first who watches the fleet. */
  get hasFleet(): boolean {
    return this.#ahead?.hasSnapshot ?? false;
  }

  /** Settles when there is a hub. Rejects when this is disposed first. */
  async arrival(): Promise<void> {
    await this.#arrival.promise;
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reconnectNow(): void {
    this.#hub?.reconnectNow();
    this.#retry?.();
  }

  async request<K extends RequestName>(
    name: K,
    params: RequestParams<K>,
    options: RequestOptions = {},
  ): Promise<RequestResult<K>> {
    const hub = this.#hub ?? (await untilAborted(this.#arrival.promise, options.signal));
    return hub.request(name, params, options);
  }

  watchFleet(listener: FleetListener): () => void {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead !== null) return ahead.handOver(listener);
    return this.#watch((hub) => hub.watchFleet(listener));
  }

  watchScreen(agentId: AgentRecord['id'], listener: (frame: ScreenFrame) => void): () => void {
    return this.#watch((hub) => hub.watchScreen(agentId, listener));
  }

  watchOutput(agentId: AgentRecord['id'], listener: (chunk: OutputChunk) => void): () => void {
    return this.#watch((hub) => hub.watchOutput(agentId, listener));
  }

  watchEvents(listener: (event: FleetEvent) => void): () => void {
    return this.#watch((hub) => hub.watchEvents(listener));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort(new Error('The connection to the hub was closed'));
    this.#arrival.reject(this.#disposed.signal.reason);
    this.#retry?.();
    this.#watches.clear();
    this.#listeners.clear();
    await this.#hub?.[Symbol.asyncDispose]();
  }

  #watch(start: (hub: HubConnection) => () => void): () => void {
    let stop: (() => void) | null = this.#hub === null ? null : start(this.#hub);
    const begin = (hub: HubConnection): void => {
      stop = start(hub);
    };
    if (stop === null) this.#watches.add(begin);
    return () => {
      this.#watches.delete(begin);
      stop?.();
    };
  }

  async #connect(): Promise<void> {
    const { signal } = this.#disposed;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        return await this.#arrive(await this.#options.connect(signal));
      } catch (error) {
        if (signal.aborted) return;
        this.#options.onFailure?.(error);
        await this.#pause(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10)), error);
      }
    }
  }

  async #arrive(hub: HubConnection): Promise<void> {
    if (this.#disposed.signal.aborted) return hub[Symbol.asyncDispose]();
    this.#hub = hub;
    hub.onConnection((state) => this.#tell(state));
    this.#tell(hub.connection);
    if (this.#watches.size === 0) this.#ahead = new FleetAhead(hub);
    for (const begin of this.#watches) begin(hub);
    this.#watches.clear();
    this.#arrival.resolve(hub);
  }

  #pause(delayMs: number, cause: unknown): Promise<void> {
    const now = (this.#options.now ?? Date.now)();
    const since = this.#state.state === 'lost' ? this.#state.since : now;
    const error = cause instanceof HubError && cause.code !== 'hub-unreachable' ? cause : undefined;
    this.#tell({ state: 'lost', since, retryAt: now + delayMs, error });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#retry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tell(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Watches the fleet for somebody who is still being loaded: the answer is there when the first frame is drawn. */
class FleetAhead {
  readonly #stop: () => void;
  #listener: FleetListener | null = null;
  #snapshot: FleetSnapshot | null = null;
  #deltas: FleetDelta[] = [];

  constructor(hub: HubConnection) {
    this.#stop = hub.watchFleet({
      snapshot: (snapshot) => {
        if (this.#listener !== null) return this.#listener.snapshot(snapshot);
        this.#snapshot = snapshot;
        this.#deltas = [];
      },
      delta: (delta) => {
        if (this.#listener !== null) return this.#listener.delta(delta);
        this.#deltas.push(delta);
      },
    });
  }

  get hasSnapshot(): boolean {
    return this.#snapshot !== null;
  }

  /** Tells what has come at once, before it returns. */
  handOver(listener: FleetListener): () => void {
    this.#listener = listener;
    if (this.#snapshot !== null) listener.snapshot(this.#snapshot);
    for (const delta of this.#deltas) listener.delta(delta);
    this.#snapshot = null;
    this.#deltas = [];
    return this.#stop;
  }
}
