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

/** A journal that applies events strictly in the order they were appended. */
export function createJournal(log: Pick<EventLog, 'append'>, apply: (event: FleetEvent) => void): Journal {
  let last: Promise<void> = Promise.resolve();
  return {
    append(...bodies) {
      const applied = applyAfter(last, log.append(bodies), apply);
      last = applied.catch(() => undefined);
      return applied;
    },
  };
}

async function applyAfter(
  earlier: Promise<void>,
  appended: Promise<readonly FleetEvent[]>,
  apply: (event: FleetEvent) => void,
): Promise<void> {
  const [events] = await Promise.all([appended, earlier]);
  for (const event of events) apply(event);
}
