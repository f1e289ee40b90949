import * as z from 'zod';
import type { EventLog, SavedState } from '../log/event-log.ts';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import { AgentState } from './agent-state.ts';
import type { FleetStore } from './fleet-store.ts';

const SavedFleet = z.object({ version: z.literal(1), agents: z.array(AgentState) });

/** After so many events the state is saved, so that the next start need not read them all. */
const saveEvery = 5_000;
const pageSize = 5_000;

/** Brings the state out of the log at the start, and saves it there now and then. */
export class StateKeeper {
  readonly #log: EventLog;
  readonly #store: FleetStore;
  #appliedSeq = 0;
  #savedSeq = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(log: EventLog, store: FleetStore) {
    this.#log = log;
    this.#store = store;
  }

  /** Loads the saved state with all events that followed it. Gives the time of the last change, 0 when there is none. */
  async load(): Promise<number> {
    const saved = await this.#log.loadState();
    if (saved !== null) await this.#loadSaved(saved);
    let lastAt = 0;
    for (;;) {
      const events = await this.#log.read(this.#appliedSeq, pageSize);
      if (events.length === 0) return Math.max(lastAt, ...[...this.#store.agents()].map(lastChange));
      for (const event of events) this.apply(event);
      lastAt = events.at(-1)?.at ?? lastAt;
    }
  }

  /** A state that is not understood is made again from all events, or, when some were compacted away, is damage. */
  async #loadSaved({ seq, state }: SavedState): Promise<void> {
    const { data, error } = SavedFleet.safeParse(state);
    if (data !== undefined) {
      this.#store.load(data.agents);
      this.#appliedSeq = seq;
      this.#savedSeq = seq;
      return;
    }
    const { firstSeq } = await this.#log.stats();
    if (firstSeq > 1) await this.#log.setAside(`The saved state is not understood: ${z.prettifyError(error)}`);
  }

  apply(event: FleetEvent): void {
    this.#store.apply(event);
    this.#appliedSeq = event.seq;
  }

  /** Saves when many events came since the last time. */
  async saveIfLong(): Promise<void> {
    if (this.#appliedSeq - this.#savedSeq >= saveEvery) await this.save();
  }

  /** Saves the state as it is now; one saving at a time. */
  save(): Promise<void> {
    if (this.#savedSeq === this.#appliedSeq) return this.#saving;
    this.#savedSeq = this.#appliedSeq;
    const saved = { seq: this.#appliedSeq, state: { version: 1, agents: [...this.#store.agents()] } };
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#log.saveState(saved));
    return this.#saving;
  }
}

/** When the agent last changed, as far as the state says. */
function lastChange({ record, messages, history }: AgentState): number {
  return Math.max(record.createdAt, history[0]?.at ?? 0, messages.at(-1)?.changedAt ?? 0);
}
