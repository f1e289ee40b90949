import type { MessageStore, StoreStats } from '../store/message-store.ts';
import type { DaemonParts } from './daemon-parts.ts';

/** Figures of one daemon since it began. */
export interface DaemonStats {
  readonly clients: number;
  readonly subscriptions: number;
  /** Messages that clients sent. */
  readonly received: number;
  readonly receivedBytes: number;
  /** Messages that clients were sent because they subscribed or were asked. */
  readonly delivered: number;
  /** Messages that were left out because a client read too slowly. */
  readonly dropped: number;
  /** Requests that wait for their answers. */
  readonly waitingRequests: number;
  readonly store: StoreStats;
}

export async function readStats({ exchange, keeper }: DaemonParts, store: MessageStore): Promise<DaemonStats> {
  const { metrics } = exchange;
  const sessions = [...exchange.sessions];
  const sum = (read: (session: (typeof sessions)[number]) => number): number =>
    sessions.reduce((total, session) => total + read(session), 0);
  return {
    clients: sessions.length,
    subscriptions: sum((session) => keeper.count(session).subscriptions),
    received: metrics.messagesIn.value,
    receivedBytes: metrics.bytesIn.value,
    delivered: metrics.messagesOut.value,
    dropped: metrics.dropped.read().reduce((total, [, count]) => total + count, 0),
    waitingRequests: sum(({ asked }) => asked.size),
    store: await store.stats(),
  };
}
