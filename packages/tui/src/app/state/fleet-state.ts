import { type AgentRecord, applyPatch, type FleetChange, type RuntimeRecord } from '@swarm-tui/hub/client';
import { type SectionId, sectionIds, shownState } from './agent-state.ts';
import { compareKeys, findPlace, type SortKey, sortKeyOf } from './sort-key.ts';

/** Ids of one section in the order shown. */
export type Sections = Readonly<Record<SectionId, readonly string[]>>;

/** The fleet as the list needs it. Every collection is replaced when it changes, so identity tells. */
export interface FleetState {
  /** All agents but those that are being removed. */
  readonly agents: ReadonlyMap<string, AgentRecord>;
  /** Agents whose delete can still be undone. */
  readonly removed: ReadonlyMap<string, AgentRecord>;
  readonly runtimes: ReadonlyMap<string, RuntimeRecord>;
  /** Where each agent is *shown*, which can differ from where it belongs while a move is held back. */
  readonly places: ReadonlyMap<string, SortKey>;
  readonly sections: Sections;
  /** How many agents *are* in each section, whatever is shown. */
  readonly counts: Readonly<Record<SectionId, number>>;
  /** Agents that belong elsewhere than they stand. */
  readonly unsettled: ReadonlySet<string>;
}

/** The fleet before the hub has answered. */
export const emptyFleet: FleetState = {
  agents: new Map(),
  removed: new Map(),
  runtimes: new Map(),
  places: new Map(),
  sections: { 'needs-you': [], done: [], working: [], quiet: [] },
  counts: { 'needs-you': 0, done: 0, working: 0, quiet: 0 },
  unsettled: new Set(),
};

/** A fleet under change: each collection is copied at most once, whatever the number of changes. */
class Draft {
  readonly agents: Map<string, AgentRecord>;
  #removed: Map<string, AgentRecord> | undefined;
  #runtimes: Map<string, RuntimeRecord> | undefined;
  #places: Map<string, SortKey> | undefined;
  #unsettled: Set<string> | undefined;
  readonly #sections = new Map<SectionId, string[]>();
  readonly #counts: Record<SectionId, number>;
  readonly #before: FleetState;
  readonly #isHeld: (id: string) => boolean;

  constructor(before: FleetState, isHeld: (id: string) => boolean) {
    this.#before = before;
    this.#isHeld = isHeld;
    this.agents = new Map(before.agents);
    this.#counts = { ...before.counts };
  }

  apply(change: FleetChange): void {
    switch (change.type) {
      case 'put':
        return this.#put(change.agent);
      case 'patch': {
        const before =
          this.agents.get(change.id) ?? this.#removed?.get(change.id) ?? this.#before.removed.get(change.id);
        if (before !== undefined) this.#put(applyPatch(before, change.patch));
        return;
      }
      case 'remove':
        this.#take(change.id);
        this.#removedDraft().delete(change.id);
        return;
      case 'runtime':
        this.#runtimes ??= new Map(this.#before.runtimes);
        this.#runtimes.set(change.runtime.id, change.runtime);
    }
  }

  /** Brings agents to where they belong. */
  settle(ids: Iterable<string>): void {
    for (const id of ids) {
      const agent = this.agents.get(id);
      if (agent !== undefined) this.#place(sortKeyOf(agent));
      this.#unsettledDraft().delete(id);
    }
  }

  finish(): FleetState {
    const sections = { ...this.#before.sections, ...Object.fromEntries(this.#sections) };
    return {
      agents: this.agents,
      removed: this.#removed ?? this.#before.removed,
      runtimes: this.#runtimes ?? this.#before.runtimes,
      places: this.#places ?? this.#before.places,
      sections: this.#sections.size === 0 ? this.#before.sections : sections,
      counts: this.#counts,
      unsettled: this.#unsettled ?? this.#before.unsettled,
    };
  }

  #put(agent: AgentRecord): void {
    if (agent.removeAt !== null) {
      this.#take(agent.id);
      this.#removedDraft().set(agent.id, agent);
      return;
    }
    if (this.#removed?.has(agent.id) ?? this.#before.removed.has(agent.id)) this.#removedDraft().delete(agent.id);
    const previous = this.agents.get(agent.id);
    this.agents.set(agent.id, agent);
    if (previous !== undefined) this.#counts[shownState(previous).section] -= 1;
    const key = sortKeyOf(agent);
    this.#counts[key.section] += 1;
    this.#move(key);
  }

  #move(key: SortKey): void {
    const placed = this.#placesNow().get(key.id);
    const isHome = placed !== undefined && placed.section === key.section && compareKeys(placed, key) === 0;
    if (isHome) {
      if (this.#unsettledNow().has(key.id)) this.#unsettledDraft().delete(key.id);
    } else if (placed !== undefined && this.#isHeld(key.id)) {
      this.#unsettledDraft().add(key.id);
    } else {
      this.#place(key);
    }
  }

  #place(key: SortKey): void {
    this.#lift(key.id);
    const section = this.#section(key.section);
    const places = this.#placesDraft();
    const index = findPlace(section.length, (at) => places.get(section[at] ?? '') ?? key, key);
    section.splice(index, 0, key.id);
    places.set(key.id, key);
    if (this.#unsettledNow().has(key.id)) this.#unsettledDraft().delete(key.id);
  }

  #lift(id: string): void {
    const placed = this.#placesNow().get(id);
    if (placed === undefined) return;
    const section = this.#section(placed.section);
    const places = this.#placesNow();
    const index = findPlace(section.length, (at) => places.get(section[at] ?? '') ?? placed, placed);
    section.splice(index, 1);
    this.#placesDraft().delete(id);
  }

  #take(id: string): void {
    const agent = this.agents.get(id);
    if (agent === undefined) return;
    this.#counts[shownState(agent).section] -= 1;
    this.#lift(id);
    this.agents.delete(id);
    if (this.#unsettledNow().has(id)) this.#unsettledDraft().delete(id);
  }

  #section(id: SectionId): string[] {
    const draft = this.#sections.get(id) ?? [...this.#before.sections[id]];
    this.#sections.set(id, draft);
    return draft;
  }

  #placesNow(): ReadonlyMap<string, SortKey> {
    return this.#places ?? this.#before.places;
  }

  #placesDraft(): Map<string, SortKey> {
    this.#places ??= new Map(this.#before.places);
    return this.#places;
  }

  #unsettledNow(): ReadonlySet<string> {
    return this.#unsettled ?? this.#before.unsettled;
  }

  #unsettledDraft(): Set<string> {
    this.#unsettled ??= new Set(this.#before.unsettled);
    return this.#unsettled;
  }

  #removedDraft(): Map<string, AgentRecord> {
    this.#removed ??= new Map(this.#before.removed);
    return this.#removed;
  }
}

/** Applies changes; `isHeld` says which agents may not move to another place now. New agents always get theirs. */
export function applyChanges(
  before: FleetState,
  changes: readonly FleetChange[],
  isHeld: (id: string) => boolean = () => false,
): FleetState {
  if (changes.length === 0) return before;
  const draft = new Draft(before, isHeld);
  for (const change of changes) draft.apply(change);
  return draft.finish();
}

/** Moves the held-back agents to where they belong, all but `except`. */
export function settleFleet(before: FleetState, except: string | null): FleetState {
  const ids = [...before.unsettled].filter((id) => id !== except);
  if (ids.length === 0) return before;
  const draft = new Draft(before, () => false);
  draft.settle(ids);
  return draft.finish();
}

/** A fleet from nothing but its agents: one sort per section. */
export function createFleet(agents: readonly AgentRecord[], runtimes: readonly RuntimeRecord[]): FleetState {
  const shown = agents.filter((agent) => agent.removeAt === null);
  const keys = shown.map(sortKeyOf).sort(compareKeys);
  const inSection = (section: SectionId): string[] =>
    keys.filter((key) => key.section === section).map((key) => key.id);
  const sections = {
    'needs-you': inSection('needs-you'),
    done: inSection('done'),
    working: inSection('working'),
    quiet: inSection('quiet'),
  };
  const counts = { ...emptyFleet.counts };
  for (const section of sectionIds) counts[section] = sections[section].length;
  return {
    agents: new Map(shown.map((agent) => [agent.id, agent])),
    removed: new Map(agents.filter((agent) => agent.removeAt !== null).map((agent) => [agent.id, agent])),
    runtimes: new Map(runtimes.map((runtime) => [runtime.id, runtime])),
    places: new Map(keys.map((key) => [key.id, key])),
    sections,
    counts,
    unsettled: new Set(),
  };
}
