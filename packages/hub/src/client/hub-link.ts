import type { ConnectionState, RequestOptions } from './hub-connection.ts';

/** Gets what is published on one subject. */
export interface SubjectListener {
  message(payload: unknown): void;
  /** Some messages of this subject were dropped because this client was too slow. */
  lagged(): void;
}

/**
 * The untyped way to a hub, over which `HubClient` speaks: a socket, or a function call in this process.
 * Subscriptions last over reconnects and are made again before `connected` is told.
 */
export interface HubLink extends AsyncDisposable {
  readonly connection: ConnectionState;
  onConnection(listener: (state: ConnectionState) => void): () => void;
  reconnectNow(): void;
  /** Rejects with `HubError`. */
  request(name: string, params: unknown, options?: RequestOptions): Promise<unknown>;
  subscribe(subject: string, listener: SubjectListener): () => void;
}
