import type { EventLog } from '../log/event-log.ts';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';

/** Where commands put what happened. */
export interface Journal {
  /**
   * Settles once the events are on disk and folded into the state; only then may they be acknowledged.
   * Rejects, with nothing changed, when they could not be written.
   */
  append(...bodies: readonly FleetEventBody[]): Promise<void>;
}

/** What a journal writes to, and who is told of it. */
export interface JournalOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** Stamps the events. @default the log's own clock */
  readonly now?: (() => number) | undefined;
  /** Folds one event into the state. */
  readonly apply: (event: FleetEvent) => void;
  /** Told of each once all that were appended with it are folded; must not throw. @default nobody is told */
  readonly tell?: ((event: FleetEvent) => void) | undefined;
}

/** A journal that applies events strictly in the order they were appended. */
export function createJournal(options: JournalOptions): Journal {
  let last: Promise<void> = Promise.resolve();
  return {
    append(...bodies) {
      const applied = applyAfter(last, options.log.append(bodies, { at: options.now?.() }), options);
      last = applied.catch(() => undefined);
      return applied;
    },
  };
}

async function applyAfter(
  earlier: Promise<void>,
  appended: Promise<readonly FleetEvent[]>,
  { apply, tell }: JournalOptions,
): Promise<void> {
  const [events] = await Promise.all([appended, earlier]);
  for (const event of events) apply(event);
  if (tell !== undefined) for (const event of events) tell(event);
}
