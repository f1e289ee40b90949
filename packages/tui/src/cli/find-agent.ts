import type { AgentRecord, HubConnection } from '@swarm-tui/hub/client';
import { nearWords } from '../config/near-words.ts';
import { CliError } from './cli-error.ts';
import { oneLine } from './output/safe-output.ts';

/**
 * The agent that a person means: exact id, exact name, or the only one whose name or id begins with the text.
 * Throws `no-such-agent` (with names that come near) or `ambiguous-agent`.
 */
export function findAgent(agents: readonly AgentRecord[], text: string): AgentRecord {
  const shown = agents.filter((agent) => agent.removeAt === null);
  const exact = shown.find((agent) => agent.id === text) ?? onlyOne(shown, text, (agent) => agent.name === text);
  if (exact !== undefined) return exact;
  const beginning = onlyOne(shown, text, (agent) => agent.name.startsWith(text) || agent.id.startsWith(text));
  if (text !== '' && beginning !== undefined) return beginning;
  const near = nearNames(shown, text);
  const hint = near.length > 0 ? `Did you mean ${near.map(oneLine).join(', ')}?` : 'List them: swarm-tui ls';
  throw new CliError('no-such-agent', `No agent is called "${text}".`, { hint });
}

/** Names that hold the text, where it is long enough to say something, or are a slip or two away. */
function nearNames(agents: readonly AgentRecord[], text: string): readonly string[] {
  const names = agents.map(({ name }) => name);
  const wanted = text.toLowerCase();
  const holding = wanted.length < 3 ? [] : names.filter((name) => name.toLowerCase().includes(wanted));
  return holding.length > 0 ? holding.slice(0, 5) : nearWords(text, names);
}

function onlyOne(
  agents: readonly AgentRecord[],
  text: string,
  matches: (agent: AgentRecord) => boolean,
): AgentRecord | undefined {
  const found = agents.filter(matches);
  if (found.length > 1) {
    const ids = found.slice(0, 5).map((agent) => `${agent.name} (${agent.id})`);
    throw new CliError('ambiguous-agent', `"${text}" may mean ${found.length} agents: ${ids.join(', ')}.`, {
      hint: 'Give more of the name, or the id.',
    });
  }
  return found[0];
}

/** Asks the hub for the fleet and finds one agent in it. */
export async function requestAgent(hub: HubConnection, text: string): Promise<AgentRecord> {
  const { agents } = await hub.request('fleet.snapshot', {});
  return findAgent(agents, text);
}
