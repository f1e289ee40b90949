import type { AgentRecord } from '@swarm-tui/hub/client';
import { shownState, type SectionId } from './agent-state.ts';

/** Where an agent stands in the list. Equal keys are told apart by creation and id, so that the order is total. */
export interface SortKey {
  readonly section: SectionId;
  readonly rank: number;
  readonly createdAt: number;
  readonly id: string;
}

/** Oldest first where news is added at the end; else the person's own order. Never by activity (screens.md, section 4). */
export function sortKeyOf(agent: AgentRecord): SortKey {
  const { section } = shownState(agent);
  const isByAge = section === 'needs-you' || section === 'done';
  return { section, rank: isByAge ? agent.activity.since : agent.order, createdAt: agent.createdAt, id: agent.id };
}

/** Order of two agents inside one section. */
export function compareKeys(a: SortKey, b: SortKey): number {
  return a.rank - b.rank || a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Index of the first key that does not stand before `key`; `keyAt` gives the keys in order. */
export function findPlace(length: number, keyAt: (index: number) => SortKey, key: SortKey): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keyAt(middle), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
