import type { FleetEvent } from '../protocol/fleet-event.ts';
import { parseParams, parseResult } from '../protocol/parse-request.ts';
import { type RequestName, type RequestParams, type RequestResult, subjects } from '../protocol/requests.ts';
import { OutputChunk, type ScreenFrame } from '../protocol/screen-frame.ts';
import { EventWatch } from './event-watch.ts';
import { FleetWatch } from './fleet-watch.ts';
import type { ConnectionState, FleetListener, HubConnection, RequestOptions } from './hub-connection.ts';
import type { HubLink } from './hub-link.ts';
import { ScreenWatch } from './screen-watch.ts';
import type { Watch } from './watch.ts';

const defaultTimeoutMs = 30_000;
/** A request that has a time-out of its own is answered a moment after it. */
const answerMarginMs = 5000;

/** Typed requests and lasting subscriptions over a `HubLink`, which it closes. */
export class HubClient implements HubConnection {
  readonly #link: HubLink;
  readonly #watches = new Set<Watch>();
  readonly #stopListening: () => void;

  constructor(link: HubLink) {
    this.#link = link;
    this.#stopListening = link.onConnection(({ state }) => {
      if (state === 'connected') for (const watch of this.#watches) watch.resync();
    });
  }

  get connection(): ConnectionState {
    return this.#link.connection;
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#link.onConnection(listener);
  }

  reconnectNow(): void {
    this.#link.reconnectNow();
  }

  async request<K extends RequestName>(
    name: K,
    params: RequestParams<K>,
    { signal, timeoutMs }: RequestOptions = {},
  ): Promise<RequestResult<K>> {
    signal?.throwIfAborted();
    const parsed = parseParams(name, params);
    const limits = { signal, timeoutMs: timeoutMs ?? defaultTimeout(parsed) };
    return parseResult(name, await this.#link.request(name, parsed, limits));
  }

  watchFleet(listener: FleetListener): () => void {
    return this.#keep(new FleetWatch(this.#link, listener));
  }

  watchScreen(agentId: string, listener: (frame: ScreenFrame) => void): () => void {
    return this.#keep(new ScreenWatch(this.#link, agentId, listener));
  }

  watchOutput(agentId: string, listener: (chunk: OutputChunk) => void): () => void {
    return this.#link.subscribe(subjects.output(agentId), {
      message: (payload) => {
        const { data } = OutputChunk.safeParse(payload);
        if (data !== undefined) listener(data);
      },
      // Output that a slow reader missed is gone; the screen and `agent.capture` still tell how it looks now.
      lagged: () => {},
    });
  }

  watchEvents(listener: (event: FleetEvent) => void): () => void {
    return this.#keep(new EventWatch(this.#link, listener));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    for (const watch of this.#watches) watch.close();
    this.#watches.clear();
    await this.#link[Symbol.asyncDispose]();
  }

  #keep(watch: Watch): () => void {
    this.#watches.add(watch);
    return () => {
      watch.close();
      this.#watches.delete(watch);
    };
  }
}

function defaultTimeout(params: object): number {
  if (!('timeoutMs' in params) || typeof params.timeoutMs !== 'number') return defaultTimeoutMs;
  return params.timeoutMs + answerMarginMs;
}
