import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { Agenda } from '../fleet/agenda.ts';
import { DeltaGatherer } from '../fleet/delta-gatherer.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import { FleetStore } from '../fleet/fleet-store.ts';
import { createJournal } from '../fleet/journal.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from './fake-runtimes.ts';
import { createMemoryLog } from './memory-log.ts';

/** What the parts of a fleet share, around a fake runtime and a log in memory. `apply` folds an event at once. */
export function createParts(now: () => number = Date.now) {
  const store = new FleetStore();
  const log = createMemoryLog({ now });
  const runtime = new FakeRuntime();
  const parts: FleetParts = {
    store,
    journal: createJournal({ log, apply: (event) => store.apply(event) }),
    gatherer: new DeltaGatherer({
      now,
      find: (id) => store.find(id)?.record,
      onFlush: () => undefined,
      publish: () => undefined,
    }),
    agenda: new Agenda(now),
    runtimes: fakeRuntimes({ local: runtime }),
    providers: { find: () => undefined },
    suspect: () => undefined,
    logger: { info: () => undefined, warn: () => undefined },
    env: {},
    now,
    wall: now,
  };
  const apply = (event: FleetEventBody) => store.apply({ seq: 1, at: now(), event });
  return { parts, log, runtime, apply };
}
