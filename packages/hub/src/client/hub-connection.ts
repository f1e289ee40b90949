import type { FleetDelta, FleetSnapshot } from '../protocol/fleet-delta.ts';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import type { HubError } from '../protocol/hub-error.ts';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { OutputChunk, ScreenFrame } from '../protocol/screen-frame.ts';

/** Whether the hub can be asked now. A connection that is lost comes back by itself. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly since: number }
  /**
   * The next try starts at `retryAt` (milliseconds since the epoch). `error` is set when the last try failed for a reason
   * that the person should know: a hub answers that this program cannot talk to. `isStopped` is set when somebody stopped
   * the hub: it is not started again before `reconnectNow()`.
   */
  | {
      readonly state: 'lost';
      readonly since: number;
      readonly retryAt: number;
      readonly error?: HubError | undefined;
      readonly isStopped?: boolean | undefined;
    };

/** How long to wait for an answer. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default 30000, or the request's own timeout plus 5 s */
  readonly timeoutMs?: number | undefined;
}

/** Told of the whole fleet first, and of each change after that. */
export interface FleetListener {
  /** Called first, and again after each reconnect. */
  snapshot(snapshot: FleetSnapshot): void;
  delta(delta: FleetDelta): void;
}

/**
 * A hub as its clients see it: the background server through `HubClient`, or one embedded in this process.
 * Subscriptions last over any number of reconnects. Unsubscribing twice is fine.
 */
export interface HubConnection extends AsyncDisposable {
  readonly connection: ConnectionState;
  /** Tells each change of `connection`. */
  onConnection(listener: (state: ConnectionState) => void): () => void;
  /** Tries to reconnect now instead of at `retryAt`; may start a hub that somebody stopped. */
  reconnectNow(): void;
  /** Rejects with `HubError`. */
  request<K extends RequestName>(
    name: K,
    params: RequestParams<K>,
    options?: RequestOptions,
  ): Promise<RequestResult<K>>;
  watchFleet(listener: FleetListener): () => void;
  watchScreen(agentId: string, listener: (frame: ScreenFrame) => void): () => void;
  watchOutput(agentId: string, listener: (chunk: OutputChunk) => void): () => void;
  watchEvents(listener: (event: FleetEvent) => void): () => void;
}
