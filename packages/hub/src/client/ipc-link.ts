import { type IpcClient, IpcError, type ConnectionState as IpcState } from '@swarm-tui/ipc/client';
import { HubError } from '../protocol/hub-error.ts';
import { toHubError } from '../protocol/wire-error.ts';
import type { ConnectionState, RequestOptions } from './hub-connection.ts';
import type { HubLink, SubjectListener } from './hub-link.ts';
import { isAskedStop } from './stopped-reason.ts';

/** What a link knows beside its socket. */
export interface IpcLinkOptions {
  /** Why the last try that reached a hub was given up; undefined when it was not. */
  readonly refusal?: (() => HubError | undefined) | undefined;
  /** Why the hub left a request without answer, when it is known. */
  readonly explainSilence?: (() => HubError | undefined) | undefined;
  /** The person wants it now. */
  readonly onReconnectNow?: (() => void) | undefined;
}

/** A hub behind a socket. Owns the ipc client. */
export class IpcLink implements HubLink {
  readonly #client: IpcClient;
  readonly #options: IpcLinkOptions;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  readonly #stopListening: () => void;
  #state: ConnectionState;

  constructor(client: IpcClient, options: IpcLinkOptions = {}) {
    this.#client = client;
    this.#options = options;
    this.#state = advance({ state: 'connecting' }, client.connection, undefined);
    this.#stopListening = client.onConnection((state) => {
      this.#state = advance(this.#state, state, options.refusal?.());
      for (const listener of this.#listeners) listener(this.#state);
    });
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reconnectNow(): void {
    this.#options.onReconnectNow?.();
    this.#client.reconnectNow();
  }

  async request(name: string, params: unknown, { signal, timeoutMs }: RequestOptions = {}): Promise<unknown> {
    try {
      return await this.#client.request(name, params, { signal, timeoutMs });
    } catch (error) {
      signal?.throwIfAborted();
      if (this.#state.state === 'lost' && this.#state.error !== undefined) throw this.#state.error;
      const failure = fromIpc(error);
      throw (failure.code === 'timed-out' ? this.#options.explainSilence?.() : undefined) ?? failure;
    }
  }

  subscribe(subject: string, listener: SubjectListener): () => void {
    const stopMessages = this.#client.subscribe(subject, (payload) => listener.message(payload));
    const stopLags = this.#client.onLagged((lag) => {
      if (lag.subject === subject) listener.lagged();
    });
    return () => {
      stopMessages();
      stopLags();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#client[Symbol.asyncDispose]();
  }
}

/** A loss lasts from its first moment, over all tries that fail, to the next connection. */
function advance(before: ConnectionState, now: IpcState, error: HubError | undefined): ConnectionState {
  switch (now.state) {
    case 'connecting':
    case 'connected':
      return now;
    case 'lost': {
      const wasLost = before.state === 'lost';
      const isStopped = wasLost ? before.isStopped : isAskedStop(now.reason);
      return { state: 'lost', since: wasLost ? before.since : now.since, retryAt: now.retryAt, error, isStopped };
    }
    case 'closed':
      return before;
  }
}

/** What the wire or the hub said, as the hub's own error. */
export function fromIpc(error: unknown): HubError {
  if (!(error instanceof IpcError)) return toHubError(error);
  if (error.remote !== undefined) {
    const { code, hint, reason } = error.remote;
    return toHubError({ code, message: error.message, ...(hint && { hint }), ...(reason && { reason }) });
  }
  const options = { hint: error.hint, reason: error.code, cause: error };
  if (error.code === 'timed-out') return new HubError('timed-out', error.message, options);
  if (error.code === 'too-large') return new HubError('invalid-request', error.message, options);
  return new HubError('hub-unreachable', error.message, options);
}
