import type { AgentRecord } from '@swarm-tui/hub/client';
import { cut } from '../layout/cells.ts';
import { cleanName } from '../layout/clean-text.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { shownState } from '../state/agent-state.ts';
import type { AppState } from '../state/app-state.ts';
import { formatSpan } from '../theme/format.ts';

/** The agents a sheet is about, those that are still there. */
export function agentsOf({ fleet }: AppState, agentIds: readonly string[]): readonly AgentRecord[] {
  return agentIds.flatMap((id) => fleet.agents.get(id) ?? []);
}

/** `It is waiting for you.`, `It is working (4s ago).`: what it does, as a sentence. */
export function stateSentence(agent: AgentRecord, now: number): string {
  const { section, word } = shownState(agent);
  const { lifecycle, activity } = agent;
  if (lifecycle === 'running' && activity.state === 'waiting') return 'It is waiting for you.';
  if (lifecycle === 'running' && activity.state === 'working')
    return `It is working (${formatSpan(now - agent.outputAt)} ago).`;
  return section === 'done' ? 'It is done, you have not looked yet.' : `It is ${word}.`;
}

/** One line per agent, for questions about several. */
export function agentLines(agents: readonly AgentRecord[], noteOf: (agent: AgentRecord) => string): readonly Line[] {
  return agents.map((agent): Line => {
    const { word } = shownState(agent);
    return [
      blank(3),
      span(cut(cleanName(agent.name), 24).padEnd(24), 'text'),
      span(`  ${word.padEnd(9)} `, 'dim'),
      span(noteOf(agent), 'dim'),
    ];
  });
}

/** Title of a question: `Stop csv-export?`, `Stop 3 agents?`. */
export function askTitle(verb: string, agents: readonly AgentRecord[]): string {
  const [only] = agents;
  return agents.length === 1 && only !== undefined
    ? `${verb} ${cleanName(only.name)}?`
    : `${verb} ${agents.length} agents?`;
}
