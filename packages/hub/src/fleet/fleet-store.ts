import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { AgentState } from './agent-state.ts';
import type { FleetLogger } from './fleet-parts.ts';
import { foldAgent } from './fold.ts';
import { tellAll } from './tell-all.ts';

/** What is shown but not logged: found out anew after a restart. */
export type VolatileFields = Partial<Pick<AgentRecord, 'text' | 'outputAt' | 'title' | 'viewers' | 'git' | 'pid'>>;

/** One change of one agent. `event` is null for a volatile one; `after` is undefined once it is removed. */
export interface StoreChange {
  readonly id: string;
  readonly before: AgentState | undefined;
  readonly after: AgentState | undefined;
  readonly event: FleetEvent | null;
}

/** The folded state of all agents, by id. Whoever wants to know of changes listens. */
export class FleetStore {
  readonly #agents = new Map<string, AgentState>();
  readonly #listeners = new Set<(change: StoreChange) => void>();
  readonly #logger: Pick<FleetLogger, 'warn'>;

  /** `logger` is told of listeners that throw. */
  constructor(logger: Pick<FleetLogger, 'warn'> = { warn: () => undefined }) {
    this.#logger = logger;
  }

  get size(): number {
    return this.#agents.size;
  }

  agents(): Iterable<AgentState> {
    return this.#agents.values();
  }

  find(id: string): AgentState | undefined {
    return this.#agents.get(id);
  }

  /** Throws `HubError` `agent-not-found`. */
  get(id: string): AgentState {
    const state = this.#agents.get(id);
    if (state !== undefined) return state;
    throw new HubError('agent-not-found', `There is no agent "${id}".`, { hint: 'See the agents with: swarm-tui ls' });
  }

  /** Puts a saved state in place, before any event that followed it. */
  load(states: Iterable<AgentState>): void {
    for (const state of states) this.#agents.set(state.record.id, state);
  }

  apply(event: FleetEvent): void {
    const { id } = event.event;
    const before = this.#agents.get(id);
    this.#set({ id, before, after: foldAgent(before, event), event });
  }

  /** Changes volatile fields; no change is told when they were like that already. */
  patch(id: string, fields: VolatileFields): void {
    const before = this.#agents.get(id);
    if (before === undefined || isLike(before.record, fields)) return;
    this.#set({ id, before, after: { ...before, record: { ...before.record, ...fields } }, event: null });
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(change: StoreChange): void {
    if (change.after === undefined) this.#agents.delete(change.id);
    else this.#agents.set(change.id, change.after);
    tellAll(this.#listeners, (listener) => listener(change), this.#logger);
  }
}

function isLike(record: AgentRecord, fields: VolatileFields): boolean {
  const current: Readonly<Record<string, unknown>> = record;
  return Object.entries(fields).every(([key, value]) => Object.is(current[key], value));
}
