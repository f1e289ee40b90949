import type { FleetEvent, HubConnection } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { formatJson } from '../output/json.ts';
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
    const { lastSeq } = await hub.request('hub.status', {}).then(({ lastEventSeq }) => ({ lastSeq: lastEventSeq }));
    const printer = createPrinter(context, since ?? (follow ? lastSeq : 0));
    const stop = follow ? hub.watchEvents((event) => printer.live(event)) : (): void => {};
    try {
      await readPast(hub, printer);
      if (follow)
        await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
    } finally {
      stop();
      await printer.done();
    }
  });
}

interface Printer {
  readonly since: number;
  /** Holds events that come while the past is still being read. */
  live(event: FleetEvent): void;
  past(events: readonly FleetEvent[]): void;
  caughtUp(): void;
  done(): Promise<void>;
}

/** Prints every event once, in order, whichever way it came. */
function createPrinter(context: CommandHost['context'], start: number): Printer {
  let last = start;
  let isCatchingUp = true;
  let held: FleetEvent[] = [];
  let writing = Promise.resolve();
  const print = (event: FleetEvent): void => {
    if (event.seq <= last) return;
    last = event.seq;
    const { type, ...body } = event.event;
    const at = new Date(event.at).toISOString();
    const line = formatJson('event', { seq: event.seq, at, type, ...body, ...stateOf(event) });
    writing = writing.then(() => context.write(line));
  };
  return {
    get since() {
      return last;
    },
    live: (event) => (isCatchingUp ? void held.push(event) : print(event)),
    past: (events) => events.forEach(print),
    caughtUp: () => {
      isCatchingUp = false;
      held.forEach(print);
      held = [];
    },
    done: () => writing,
  };
}

/** The words that `ls --json` has for the same, so that one filter fits both. */
function stateOf({ event }: FleetEvent): { readonly state?: string; readonly reason?: string | null } {
  if (event.type === 'agent.activity') return { state: event.activity.state, reason: event.activity.reason };
  return event.type === 'agent.lifecycle' && event.lifecycle !== 'running' ? { state: event.lifecycle } : {};
}

async function readPast(hub: HubConnection, printer: Printer): Promise<void> {
  for (;;) {
    const { events: page, lastSeq } = await hub.request('fleet.events', { since: printer.since, limit: pageSize });
    printer.past(page);
    if (page.length === 0 || printer.since >= lastSeq) break;
  }
  printer.caughtUp();
}
