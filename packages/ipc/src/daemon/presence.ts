import type { PayloadOf } from '../protocol/message-types.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Exchange } from './exchange.ts';
import type { SubscriptionKeeper } from './subscription-keeper.ts';

type Reason = PayloadOf<'client_disconnected'>['disconnect_reason'];

export interface PresenceOptions {
  readonly exchange: Exchange;
  readonly keeper: SubscriptionKeeper;
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number };
}

/** Who is there, as all the others see it. */
export class Presence {
  readonly #options: PresenceOptions;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** `client_register`: all of it, or nothing when something of it is refused. */
  register(session: DaemonSession, payload: PayloadOf<'client_register'>): object {
    if (session.registration) throw new WireFailure('MESSAGE_FORMAT_INVALID', 'This client has registered already.');
    const { exchange, keeper, heartbeat } = this.#options;
    const before = session.identity;
    const {
      client_type: clientType,
      taskspace_id: taskspaceId,
      taskspace_ids: taskspaceIds,
      capabilities = [],
      subscriptions = [],
    } = payload;
    session.identity = before.narrow({
      clientType,
      taskspaceIds: taskspaceIds ?? (taskspaceId === undefined ? undefined : [taskspaceId]),
    });
    try {
      keeper.add(
        session,
        subscriptions.map((pattern) => ({ pattern, queue: undefined, policy: 'drop-oldest' })),
      );
    } catch (cause) {
      session.identity = before;
      throw cause;
    }
    exchange.rename(session, session.nameFor(session.identity));
    const at = new Date().toISOString();
    session.registration = { capabilities, at };
    exchange.announce('client_connected', { client_id: session.id, client_type: clientType, connected_at: at });
    return {
      client_id: session.id,
      client_type: clientType,
      heartbeat_interval_ms: heartbeat.intervalMs,
      heartbeat_timeout_ms: heartbeat.timeoutMs,
    };
  }

  /** A client went, of its own will or not. */
  left(session: DaemonSession, reason: Reason): void {
    if (session.registration) this.#options.exchange.announce('client_disconnected', describeEnd(session, reason));
  }

  /** The last words to a client when the daemon ends. */
  farewell(session: DaemonSession, reason: string): void {
    const { exchange } = this.#options;
    const payload = describeEnd(session, 'daemon_shutdown');
    session.receiver.send({ type: 'client_disconnected', id: exchange.createId(), payload });
    session.receiver.send({ type: 'server_closing', id: exchange.createId(), payload: { reason } });
  }

  list(): object {
    const clients = [...this.#options.exchange.sessions].flatMap((session) => {
      if (!session.registration) return [];
      const { clientType, taskspaces } = session.identity;
      const [only, ...others] = taskspaces === 'all' ? [] : taskspaces;
      return {
        client_id: session.id,
        client_type: clientType,
        capabilities: session.registration.capabilities,
        connected_at: session.registration.at,
        ...(only !== undefined && others.length === 0 ? { taskspace_id: only } : {}),
      };
    });
    return { clients };
  }
}

function describeEnd({ id, connectedAt }: DaemonSession, reason: Reason): PayloadOf<'client_disconnected'> {
  const uptime = Math.max(0, Math.round((Date.now() - connectedAt) / 1000));
  return { client_id: id, disconnect_reason: reason, uptime };
}
