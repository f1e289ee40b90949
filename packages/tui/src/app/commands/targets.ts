import type { AgentRecord } from '@swarm-tui/hub/client';
import { cleanName } from '../layout/clean-text.ts';
import { shownState } from '../state/agent-state.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';

/** The cursor is on an agent. */
export function hasAgent(state: AppState): boolean {
  return selectedAgent(state) !== undefined;
}

/** Its name, for sentences; what is gone is called by its id. */
export function nameOf({ fleet }: AppState, id: string): string {
  return cleanName((fleet.agents.get(id) ?? fleet.removed.get(id))?.name ?? id);
}

/** What an act works on: the marked agents, else the one under the cursor. */
export function targetAgents(state: AppState): readonly AgentRecord[] {
  const { marks } = state.list;
  if (marks.size === 0) {
    const agent = selectedAgent(state);
    return agent === undefined ? [] : [agent];
  }
  return [...marks].flatMap((id) => state.fleet.agents.get(id) ?? []);
}

/** Marked agents that no row shows, because of a filter or a fold. */
export function hiddenMarks({ list }: AppState): number {
  let hidden = 0;
  for (const id of list.marks) if (!list.content.indexOf.has(id)) hidden += 1;
  return hidden;
}

/** The agent shown in a pane; undefined for the list's own pane and strangers. */
export function agentOfPane(state: AppState, paneId: string | null): AgentRecord | undefined {
  const pane = state.workspace.panes.find((candidate) => candidate.paneId === paneId);
  return pane === undefined ? undefined : state.fleet.agents.get(pane.agentId);
}

/** The agent that an act without a choice is about: the one in the pane with the keyboard, else under the cursor. */
export function agentAtHand(state: AppState): AgentRecord | undefined {
  return agentOfPane(state, state.workspace.focusedPaneId) ?? selectedAgent(state);
}

/** Which neighbour is asked for. */
interface NeighbourRequest {
  readonly step: 1 | -1;
  readonly isWanted?: (agent: AgentRecord) => boolean;
}

/** The agent `step` rows away from `from` in the list's own order, round and round; with `isWanted` skipping others. */
export function neighbourAgent(
  state: AppState,
  from: string | null,
  { step, isWanted = () => true }: NeighbourRequest,
): AgentRecord | undefined {
  const order = Object.values(state.fleet.sections).flat();
  const start = from === null ? -1 : order.indexOf(from);
  for (let count = 1; count <= order.length; count += 1) {
    const index = ((((start < 0 && step < 0 ? 0 : start) + step * count) % order.length) + order.length) % order.length;
    const agent = state.fleet.agents.get(order[index] ?? '');
    if (agent !== undefined && isWanted(agent)) return agent;
  }
  return undefined;
}

/** It waits for the person, or failed in a way that only the person heals. */
export function needsPerson(agent: AgentRecord): boolean {
  return shownState(agent).section === 'needs-you';
}
