import { untilAborted } from '@swarm-tui/core';
import type { ConnectionState, RequestOptions } from '../client/hub-connection.ts';
import type { HubLink, SubjectListener } from '../client/hub-link.ts';
import { tellSafely } from '../client/tell-safely.ts';
import { HubError } from '../protocol/hub-error.ts';
import { toHubError } from '../protocol/wire-error.ts';
import type { FleetService } from '../server/fleet-service.ts';
import { publishTo } from '../server/publish.ts';
import { answerRequest, type HubSelf } from '../server/answer-request.ts';

/** What a link inside one process leads to. */
export interface LocalLinkOptions {
  /** Not closed by the link. */
  readonly fleet: FleetService;
  /** Answers the requests about the hub itself. */
  readonly self: HubSelf;
  /** Closed with the link, in this order. @default nothing */
  readonly owns?: readonly AsyncDisposable[] | undefined;
}

/** A hub in this process: requests are calls, subjects are a table of listeners. */
export class LocalLink implements HubLink {
  readonly connection: ConnectionState = { state: 'connected', since: Date.now() };
  readonly #fleet: FleetService;
  readonly #self: HubSelf;
  readonly #owns: readonly AsyncDisposable[];
  readonly #listeners = new Map<string, Set<SubjectListener>>();
  readonly #unsubscribe: () => void;
  readonly #closed = new AbortController();

  constructor({ fleet, self, owns = [] }: LocalLinkOptions) {
    this.#owns = owns;
    this.#fleet = fleet;
    this.#self = self;
    this.#unsubscribe = fleet.subscribe(
      publishTo((subject, payload) => {
        for (const listener of this.#listeners.get(subject) ?? [])
          tellSafely((news) => listener.message(news), payload);
      }),
    );
  }

  /** An embedded hub is never lost, so nothing is ever told. */
  onConnection(): () => void {
    return () => {};
  }

  reconnectNow(): void {}

  async request(name: string, params: unknown, { signal, timeoutMs }: RequestOptions = {}): Promise<unknown> {
    if (this.#closed.signal.aborted) throw new HubError('hub-unreachable', 'This connection to the hub is closed.');
    using deadline = createDeadline(timeoutMs);
    const signals = [this.#closed.signal, deadline.signal, ...(signal === undefined ? [] : [signal])];
    const context = { signal: AbortSignal.any(signals), client: 'embedded' };
    try {
      return await untilAborted(
        answerRequest({ fleet: this.#fleet, self: this.#self }, { name, params }, context),
        context.signal,
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw toHubError(error);
    }
  }

  subscribe(subject: string, listener: SubjectListener): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners);
    listeners.add(listener);
    if (listeners.size === 1) this.#fleet.setInterest(subject, true);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(subject);
      this.#fleet.setInterest(subject, false);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new HubError('hub-unreachable', 'This connection to the hub was closed.'));
    this.#unsubscribe();
    for (const subject of this.#listeners.keys()) this.#fleet.setInterest(subject, false);
    this.#listeners.clear();
    for (const owned of this.#owns) await owned[Symbol.asyncDispose]();
  }
}

function createDeadline(timeoutMs: number | undefined): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(new HubError('timed-out', `No answer within ${timeoutMs} ms.`)), timeoutMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
