import type { FleetEvent, HubConnection } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { formatJson } from '../output/json.ts';
import { OutputQueue } from '../output/output-queue.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';

const shape = { since: z.coerce.number().int().min(0).optional(), follow: z.boolean().default(true) };
const pageSize = 1000;

/** `events`: the log as JSON lines, one object a line. */
export const addEvents: AddCommand = (program, host) => {
  program
    .command('events')
    .description('everything that happens, as JSON lines')
    .option('--since <seq>', 'begin after this event; 0 is the whole log (default: now)')
    .option('--no-follow', 'end after what is logged by now')
    .action(async (_options, command) => events(host, readOptions(command, shape)));
};

async function events(
  { context }: CommandHost,
  { since, follow }: { since?: number | undefined; follow: boolean },
): Promise<void> {
  await withHub(context, async (hub) => {
    const { lastEventSeq } = await hub.request('hub.status', {});
    const queue = new OutputQueue(context);
    const printer = new EventPrinter(hub, queue, since ?? (follow ? lastEventSeq : 0));
    const ended = Promise.withResolvers<void>();
    context.signal.addEventListener('abort', () => ended.resolve(), { once: true });
    const stop = follow ? hub.watchEvents((event) => printer.live(event)) : (): void => {};
    try {
      await Promise.race([printer.catchUp(), queue.failed]);
      if (follow) await Promise.race([ended.promise, queue.failed, printer.failed]);
    } finally {
      stop();
    }
    await queue.idle();
  });
}

/** Prints every event once, in order. What comes faster than it can be written is read from the log later. */
class EventPrinter {
  readonly #hub: HubConnection;
  readonly #queue: OutputQueue;
  readonly #failure = Promise.withResolvers<never>();
  #last: number;
  #isBehind = false;
  #isCatchingUp = false;

  constructor(hub: HubConnection, queue: OutputQueue, since: number) {
    this.#hub = hub;
    this.#queue = queue;
    this.#last = since;
    this.#failure.promise.catch(() => undefined);
  }

  /** Rejects when the log could not be read; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  live(event: FleetEvent): void {
    const isNext = event.seq === this.#last + 1;
    if (isNext && !this.#isCatchingUp && !this.#queue.isFull) return this.#print(event);
    this.#isBehind = true;
    if (!this.#isCatchingUp) this.catchUp().catch(this.#failure.reject);
  }

  /** Prints what the log holds by now, a page at a time, as fast as it is read. */
  async catchUp(): Promise<void> {
    this.#isCatchingUp = true;
    try {
      do {
        this.#isBehind = false;
        await this.#readOn();
      } while (this.#isBehind);
    } finally {
      this.#isCatchingUp = false;
    }
  }

  async #readOn(): Promise<void> {
    for (;;) {
      await this.#queue.idle();
      const { events: page, lastSeq } = await this.#hub.request('fleet.events', { since: this.#last, limit: pageSize });
      for (const event of page) this.#print(event);
      if (page.length === 0 || this.#last >= lastSeq) return;
    }
  }

  #print({ seq, at, event }: FleetEvent): void {
    if (seq <= this.#last) return;
    const { type, ...body } = event;
    const line = formatJson('event', { seq, at: new Date(at).toISOString(), type, ...body, ...stateOf(event) });
    if (this.#queue.offer(line)) this.#last = seq;
    else this.#isBehind = true;
  }
}

/** The words that `ls --json` has for the same, so that one filter fits both. */
function stateOf(event: FleetEvent['event']): { readonly state?: string; readonly reason?: string | null } {
  if (event.type === 'agent.activity') return { state: event.activity.state, reason: event.activity.reason };
  return event.type === 'agent.lifecycle' && event.lifecycle !== 'running' ? { state: event.lifecycle } : {};
}
