import { isDeepStrictEqual } from 'node:util';
import type { Forwarded } from '../parent/forwarded.ts';
import type { MessageTypeName, PayloadOf } from '../protocol/message-types.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { Buffers } from './buffers.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { DurableConsumers } from './durable-consumers.ts';
import type { Presence } from './presence.ts';
import type { RequestRoutes } from './request-routes.ts';
import type { SubscriptionKeeper } from './subscription-keeper.ts';
import type { SystemStatus } from './system-status.ts';

export interface ControlTableOptions {
  readonly buffers: Buffers;
  readonly consumers: DurableConsumers;
  readonly forwarded: Forwarded;
  readonly keeper: SubscriptionKeeper;
  readonly presence: Presence;
  readonly requests: RequestRoutes;
  readonly status: SystemStatus;
  readonly leave: (reason: string) => void;
}

type Control = (session: DaemonSession, payload: never) => unknown;

/** The types that the daemon itself acts on. Their payloads have been checked; undefined is no answer. */
export class ControlTable {
  readonly #table: ReadonlyMap<string, Control>;
  readonly #shown = new WeakMap<DaemonSession, unknown>();

  constructor(options: ControlTableOptions) {
    const { buffers, consumers, forwarded, keeper, presence, requests, status, leave } = options;
    const table: {
      readonly [Name in MessageTypeName]?: (session: DaemonSession, payload: PayloadOf<Name>) => unknown;
    } = {
      subscribe: (session, payload) => keeper.subscribe(session, payload),
      unsubscribe: (session, payload) => keeper.unsubscribe(session, payload),
      heartbeat: (session) => ({ client_id: session.id }),
      client_register: (session, payload) => presence.register(session, payload),
      client_list: () => presence.list(),
      status_request: () => status.describe(),
      cancel: (session, { request_id }) => requests.cancel(session, request_id),
      buffer_replay: (session, payload) => buffers.replay(session, payload),
      buffer_acknowledge: (session, payload) => buffers.acknowledge(session, payload),
      consumer_ack: (session, payload) => consumers.acknowledge(session, payload),
      consumer_remove: (session, payload) => consumers.remove(session, payload),
      daemon_forward: (session, payload) => forwarded.take(session, payload),
      daemon_handover: (session, { reason }) => {
        if (!session.identity.isOwner) {
          throw new WireFailure('AUTHENTICATION_FAILED', 'Only the owner of the socket may replace the daemon.');
        }
        leave(reason ?? 'a newer daemon takes over');
        return {};
      },
    };
    this.#table = new Map(Object.entries(table));
  }

  find(type: string): ((session: DaemonSession, payload: unknown) => unknown) | undefined {
    // Each payload was read with the schema of its type.
    return this.#table.get(type) as ((session: DaemonSession, payload: unknown) => unknown) | undefined;
  }

  /** Takes the credential of a message. The same one again costs a comparison. */
  authenticate(session: DaemonSession, auth: unknown): void {
    if (this.#shown.has(session) && isDeepStrictEqual(this.#shown.get(session), auth)) return;
    if (session.registration) {
      throw new WireFailure('AUTHENTICATION_FAILED', 'A client that has registered cannot become somebody else.');
    }
    session.identity = session.authorize.authenticate(auth);
    this.#shown.set(session, auth);
  }
}
