import type { HeartbeatOptions } from '../limits.ts';
import type { Logger } from '../logger.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { StatusPages } from '../access/create-entrance.ts';
import { binaryCodec } from '../codec/binary-codec.ts';
import { Forwarded } from '../parent/forwarded.ts';
import type { ParentOptions } from '../parent/parent-options.ts';
import { Uplink } from '../parent/uplink.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { Buffers } from './buffers.ts';
import { ControlTable } from './control-table.ts';
import type { DaemonHost } from './daemon-host.ts';
import type { DaemonLimits } from './daemon-limits.ts';
import { DurableConsumers } from './durable-consumers.ts';
import { Exchange } from './exchange.ts';
import { FrameRelay } from './frame-relay.ts';
import { DaemonMessages } from './message-handler.ts';
import { Presence } from './presence.ts';
import { Relayed } from './relayed.ts';
import { Statistics } from './statistics.ts';
import { RequestRoutes } from './request-routes.ts';
import { SubscriptionKeeper } from './subscription-keeper.ts';
import { SystemStatus } from './system-status.ts';

export interface DaemonPartsOptions {
  readonly store: MessageStore;
  readonly limits: DaemonLimits;
  readonly logger: Logger;
  readonly heartbeat: HeartbeatOptions;
  readonly isClosing: () => boolean;
  readonly leave: (reason: string) => void;
  readonly parent: ParentOptions | undefined;
}

/** What a daemon is made of. */
export interface DaemonParts {
  readonly exchange: Exchange;
  readonly buffers: Buffers;
  readonly keeper: SubscriptionKeeper;
  readonly presence: Presence;
  readonly requests: RequestRoutes;
  readonly status: SystemStatus;
  /** What is told by HTTP. */
  readonly pages: StatusPages;
  readonly host: DaemonHost;
  /** The way to the daemon above. */
  readonly uplink: Uplink | undefined;
}

/** Joins the parts around one store. */
export function joinParts(options: DaemonPartsOptions): DaemonParts {
  const { store, limits, logger } = options;
  const heartbeat = {
    intervalMs: options.heartbeat.intervalMs ?? 30_000,
    timeoutMs: options.heartbeat.timeoutMs ?? 90_000,
  };
  const statistics = new Statistics(store);
  const exchange = new Exchange((self) => statistics.measure(self));
  const consumers = new DurableConsumers(store, logger);
  const buffers = new Buffers({
    store,
    exchange,
    consumers,
    replayBytes: limits.replayBytes,
    onKept: (stream) => uplink?.noteKept(stream),
  });
  const requests = new RequestRoutes(exchange, limits.requestsInFlight);
  const keeper = new SubscriptionKeeper({ exchange, consumers, maxPerClient: limits.subscriptions });
  const presence = new Presence({ exchange, keeper, heartbeat });
  const uplink = options.parent && createUplink(options, options.parent, { exchange, requests });
  const status = new SystemStatus(exchange, store, uplink);
  const forwarded = new Forwarded({ buffers, requests, limits, logger });
  const { isClosing, leave } = options;
  const controls = new ControlTable({ buffers, consumers, forwarded, keeper, presence, requests, status, leave });
  const handler = new DaemonMessages({ exchange, buffers, requests, controls, limits, logger, isClosing });
  const pages = statistics.pagesOf(exchange);
  const host: DaemonHost = {
    limits,
    heartbeat,
    logger,
    exchange,
    relay: new FrameRelay(exchange, handler),
    isClosing,
    drained: (session) => consumers.drained(session),
    closed: (session) => {
      keeper.drop(session);
      exchange.remove(session);
      requests.gone(session);
      presence.left(session, reasonFor(session.hasSaidGoodbye, isClosing()));
    },
  };
  return { exchange, buffers, keeper, presence, requests, status, pages, host, uplink };
}

function createUplink(
  { store, limits, logger }: DaemonPartsOptions,
  parent: ParentOptions,
  { exchange, requests }: { readonly exchange: Exchange; readonly requests: RequestRoutes },
): Uplink {
  return new Uplink({
    ...parent,
    store,
    limits,
    logger,
    onMessage: (envelope) => passDown(exchange, envelope),
    onAnswer: (envelope) => requests.answerFromParent(envelope),
  });
}

/** To those of our clients who subscribed, and may see what it is about. */
function passDown(exchange: Exchange, envelope: Envelope): void {
  const { taskspaceField = null } = findMessageType(envelope.type) ?? {};
  const taskspace: unknown =
    taskspaceField === null ? undefined : Reflect.get(Object(envelope.payload), taskspaceField);
  const run = new Relayed(binaryCodec.encode(envelope));
  exchange.deliver(exchange.match(envelope.type), run, 1, typeof taskspace === 'string' ? taskspace : undefined);
}

function reasonFor(
  hasSaidGoodbye: boolean,
  isClosing: boolean,
): 'daemon_shutdown' | 'client_shutdown' | 'connection_lost' {
  if (isClosing) return 'daemon_shutdown';
  return hasSaidGoodbye ? 'client_shutdown' : 'connection_lost';
}
