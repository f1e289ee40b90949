import type { AgentRecord } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { nearWords } from '../../config/near-words.ts';
import { formatAgentTable, sortAgents } from '../output/agent-table.ts';
import { stateWords } from '../output/json-agent.ts';
import { formatJson, needsYou, stateReason, stateWord, toJsonAgent } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, wantsColour, withHub } from './command.ts';

const shape = {
  state: z.array(z.string()).default([]),
  host: z.string().optional(),
  needsYou: z.boolean().default(false),
};

/** `ls`: the fleet as a table or JSON. Never probes anything: the hub already knows. */
export const addLs: AddCommand = (program, host) => {
  program
    .command('ls')
    .alias('list')
    .description('list them, those that need you first')
    .option('--state <state...>', 'only these states or reasons: working, waiting, permission …')
    .option('--host <name>', 'only agents that run there')
    .option('--needs-you', 'only those that wait for you')
    .action(async (_options, command) => list(host, readOptions(command, shape)));
};

async function list(
  { context }: CommandHost,
  options: { json: boolean; color: boolean | string; state: string[]; host?: string | undefined; needsYou: boolean },
): Promise<void> {
  const { agents, runtimes } = await withHub(context, (hub) => hub.request('fleet.snapshot', {}));
  const shown = sortAgents(agents).filter((agent) => matches(agent, options));
  if (options.json) return context.write(formatJson('agents', { agents: shown.map(toJsonAgent), runtimes }));
  if (shown.length === 0)
    return context.write(agents.length === 0 ? context.asCalled(emptyFleet) : describeNoMatch(options.state));
  const hasColour = wantsColour(context, options.color);
  const columns = context.isTerminal ? context.columns : null;
  return context.write(formatAgentTable(shown, { now: context.now(), columns, hasColour }));
}

function describeNoMatch(states: readonly string[]): string {
  const words = states.flatMap((text) => text.split(',')).filter((word) => !stateWords.includes(word));
  const near = words.flatMap((word) => nearWords(word, stateWords));
  return near.length === 0 ? 'No agent matches.\n' : `No agent matches. Did you mean ${near.join(' or ')}?\n`;
}

const emptyFleet = 'No agents yet. Start one: swarm-tui spawn, or see simulated ones: swarm-tui demo\n';

function matches(
  agent: AgentRecord,
  wanted: { readonly state: readonly string[]; readonly host?: string | undefined; readonly needsYou: boolean },
): boolean {
  if (wanted.needsYou && !needsYou(agent)) return false;
  if (wanted.host !== undefined && agent.host !== wanted.host) return false;
  if (wanted.state.length === 0) return true;
  const words = wanted.state.flatMap((text) => text.split(','));
  return words.includes(stateWord(agent)) || words.includes(stateReason(agent) ?? '');
}
