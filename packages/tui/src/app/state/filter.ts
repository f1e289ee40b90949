import type { AgentRecord } from '@swarm-tui/hub/client';
import { shownState, shownText } from './agent-state.ts';
import type { FleetState } from './fleet-state.ts';
import { fuzzyScore } from './fuzzy.ts';

/** A filter text, taken apart: `state:waiting,error host:dgx1 pay`. */
export interface FilterQuery {
  readonly states: readonly string[];
  readonly hosts: readonly string[];
  /** Words that must all match name, branch, text or path. */
  readonly words: readonly string[];
}

/** Agents that pass, and the one that fits best. */
export interface FilterResult {
  readonly ids: ReadonlySet<string>;
  readonly best: string | null;
}

function values(parts: readonly string[], prefix: string): string[] {
  return parts
    .filter((part) => part.startsWith(prefix))
    .flatMap((part) => part.slice(prefix.length).split(','))
    .filter((value) => value !== '');
}

/** Reads a filter as it is typed: `state:` and `host:` with their values, all else as words. */
export function parseFilter(text: string): FilterQuery {
  const parts = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const isTagged = (part: string): boolean => part.startsWith('state:') || part.startsWith('host:');
  return {
    states: values(parts, 'state:'),
    hosts: values(parts, 'host:'),
    words: parts.filter((part) => !isTagged(part)),
  };
}

// Both vocabularies count: the design's (`waiting`, `permission`) and the screen's (`approve`).
function hasState(agent: AgentRecord, states: readonly string[]): boolean {
  if (states.length === 0) return true;
  const { word, section } = shownState(agent);
  const own = [word.replace('?', ''), section, agent.lifecycle];
  if (agent.lifecycle === 'running') own.push(agent.activity.state, agent.activity.reason ?? '');
  return states.some((state) => own.some((name) => name !== '' && name.startsWith(state)));
}

function hasHost(agent: AgentRecord, hosts: readonly string[]): boolean {
  const host = agent.host.toLowerCase();
  return hosts.length === 0 || hosts.some((wanted) => host.includes(wanted));
}

function wordScore(agent: AgentRecord, word: string): number {
  const name = fuzzyScore(word, agent.name);
  if (name > 0) return name * 4;
  const branch = fuzzyScore(word, agent.git?.branch ?? agent.worktree?.branch ?? '');
  if (branch > 0) return branch * 2;
  // Texts and paths are long: scattered letters would match nearly all of them.
  const rest = `${shownText(agent)}\n${agent.directory}\n${agent.provider}`.toLowerCase();
  return rest.includes(word) ? 1 : 0;
}

/** How well an agent fits; 0 when it does not pass. */
export function filterScore(agent: AgentRecord, query: FilterQuery): number {
  if (!hasState(agent, query.states) || !hasHost(agent, query.hosts)) return 0;
  let score = 1;
  for (const word of query.words) {
    const found = wordScore(agent, word);
    if (found === 0) return 0;
    score += found;
  }
  return score;
}

/** All agents that pass, and the best of them; the first in the list's order among equals. */
export function applyFilter(fleet: FleetState, text: string): FilterResult {
  const query = parseFilter(text);
  const ids = new Set<string>();
  let best: string | null = null;
  let bestScore = 0;
  for (const section of Object.values(fleet.sections)) {
    for (const id of section) {
      const agent = fleet.agents.get(id);
      const score = agent === undefined ? 0 : filterScore(agent, query);
      if (score === 0) continue;
      ids.add(id);
      if (score > bestScore) [best, bestScore] = [id, score];
    }
  }
  return { ids, best };
}
