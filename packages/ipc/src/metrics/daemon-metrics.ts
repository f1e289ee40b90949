import { type Counter, type Histogram, LabelledCounter, MetricsRegistry } from './registry.ts';

/** What is read from the daemon when somebody asks. */
export interface MetricsSources {
  /** Open connections by client type. */
  readonly clients: () => Readonly<Record<string, number>>;
  readonly subscriptions: () => number;
  /** Messages and bytes on disk. */
  readonly store: () => { readonly messages: number; readonly bytes: number };
  /** Bytes that wait for slow readers. */
  readonly pendingBytes: () => number;
}

const LATENCY_BOUNDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/** The figures of a daemon. Those that count are added to where it happens; the rest is read when it is told. */
export class DaemonMetrics {
  readonly messagesIn: Counter;
  readonly messagesOut: Counter;
  readonly bytesIn: Counter;
  readonly bytesOut: Counter;
  readonly durableAppends: Counter;
  /** By reason: few words of ours, such as `slow-reader`. */
  readonly dropped = new LabelledCounter('reason');
  /** By wire code. */
  readonly refused = new LabelledCounter('code');
  /** From a request to its answer, in seconds. */
  readonly requestSeconds: Histogram;
  readonly #registry = new MetricsRegistry();

  constructor(sources: MetricsSources) {
    const registry = this.#registry;
    this.messagesIn = registry.counter('swarm_ipc_messages_in', 'Messages that came from clients.');
    this.messagesOut = registry.counter('swarm_ipc_messages_out', 'Messages that were handed to clients.');
    this.bytesIn = registry.counter('swarm_ipc_in_bytes', 'Size of the messages that came from clients.', 'bytes');
    this.bytesOut = registry.counter('swarm_ipc_out_bytes', 'Size of the messages handed to clients.', 'bytes');
    this.durableAppends = registry.counter('swarm_ipc_durable_appends', 'Messages that were written to disk.');
    this.requestSeconds = registry.histogram('swarm_ipc_request_seconds', 'Time from a request to its answer.', {
      bounds: LATENCY_BOUNDS,
      unit: 'seconds',
    });
    registry.counters('swarm_ipc_dropped', 'Messages left out, by reason.', () => this.dropped.read());
    registry.counters('swarm_ipc_refused', 'What clients were refused, by code.', () => this.refused.read());
    addSources(registry, sources);
  }

  /** OpenMetrics text; sent with `metricsContentType`. */
  render(): string {
    return this.#registry.render();
  }
}

function addSources(registry: MetricsRegistry, { clients, subscriptions, store, pendingBytes }: MetricsSources): void {
  registry.gauges('swarm_ipc_clients', 'Open connections, by client type.', () =>
    Object.entries(clients()).map(([client_type, count]) => [{ client_type }, count]),
  );
  registry.gauges('swarm_ipc_subscriptions', 'Subscriptions of all clients.', () => [[{}, subscriptions()]]);
  registry.gauges('swarm_ipc_store_messages', 'Messages on disk.', () => [[{}, store().messages]]);
  registry.gauges('swarm_ipc_store_bytes', 'Size of the messages on disk.', () => [[{}, store().bytes]], 'bytes');
  registry.gauges('swarm_ipc_pending_bytes', 'Bytes that wait for readers.', () => [[{}, pendingBytes()]], 'bytes');
  const startedAt = Date.now() / 1000;
  registry.gauges('swarm_ipc_start_time_seconds', 'When the daemon started.', () => [[{}, startedAt]], 'seconds');
}
