import type { StatusPages } from '../access/create-entrance.ts';
import { DaemonMetrics } from '../metrics/daemon-metrics.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Exchange } from './exchange.ts';

/** Figures of the daemon for the pages that it serves. */
export class Statistics {
  readonly #store: MessageStore;
  #kept = { messages: 0, bytes: 0 };

  constructor(store: MessageStore) {
    this.#store = store;
  }

  measure({ sessions }: Exchange): DaemonMetrics {
    const sum = (read: (session: DaemonSession) => number): number =>
      [...sessions].reduce((total, session) => total + read(session), 0);
    return new DaemonMetrics({
      clients: () => countByType(sessions),
      subscriptions: () => sum(({ subscriptions }) => subscriptions.size),
      store: () => this.#kept,
      pendingBytes: () => sum(({ pendingBytes }) => pendingBytes),
    });
  }

  pagesOf(exchange: Exchange): StatusPages {
    return {
      health: () => ({ status: 'ok' }),
      metrics: async () => {
        this.#kept = await this.#store.stats();
        return exchange.metrics.render();
      },
    };
  }
}

function countByType(sessions: ReadonlySet<DaemonSession>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { identity } of sessions) counts[identity.clientType] = (counts[identity.clientType] ?? 0) + 1;
  return counts;
}
