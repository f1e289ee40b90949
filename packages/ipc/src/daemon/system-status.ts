import { cpus, freemem, hostname, totalmem } from 'node:os';
import type { Uplink } from '../parent/uplink.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { Exchange } from './exchange.ts';

/** Tells how the machine and the buffers are. */
export class SystemStatus {
  readonly #exchange: Exchange;
  readonly #store: MessageStore;
  readonly #uplink: Uplink | undefined;
  #before = readProcessors();

  constructor(exchange: Exchange, store: MessageStore, uplink: Uplink | undefined) {
    this.#uplink = uplink;
    this.#exchange = exchange;
    this.#store = store;
  }

  /** The payload of `system_status`. */
  async describe(): Promise<PayloadOf<'system_status'>> {
    const { streams } = await this.#store.stats();
    const clients = [...this.#exchange.sessions];
    const taskspaces = new Set(streams.filter(({ messages }) => messages > 0).map(({ stream }) => stream));
    for (const { identity } of clients) {
      if (identity.taskspaces !== 'all') for (const taskspace of identity.taskspaces) taskspaces.add(taskspace);
    }
    return {
      host: hostname(),
      active_taskspaces: taskspaces.size,
      memory_usage: percent(1 - freemem() / totalmem()),
      cpu_usage: percent(this.#measure()),
      available_ports: [],
      clients: clients.length,
      buffers: streams.map(({ stream, messages, bytes, lastSeq, dropped }) => ({
        stream,
        messages,
        bytes,
        last_seq: lastSeq,
        dropped,
      })),
      ...(this.#uplink ? { parent: await this.#uplink.describe(streams) } : {}),
    };
  }

  /** Share of the processors' time that was work since the last question. */
  #measure(): number {
    const before = this.#before;
    this.#before = readProcessors();
    const total = this.#before.total - before.total;
    return total <= 0 ? 0 : 1 - (this.#before.idle - before.idle) / total;
  }
}

function readProcessors(): { readonly idle: number; readonly total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), total };
}

function percent(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;
}
