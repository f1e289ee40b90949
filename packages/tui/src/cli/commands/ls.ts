import type { AgentRecord, FleetSnapshot } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { didYouMean } from '../../config/near-words.ts';
import { CliError } from '../cli-error.ts';
import { formatAgentTable, sortAgents } from '../output/agent-table.ts';
import { reasonWords, stateWords } from '../output/state-words.ts';
import { formatJson, needsYou, stateReason, stateWord, toJsonAgent } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, wantsColour, withHub } from './command.ts';

const shape = {
  state: z.array(z.string()).default([]),
  host: z.string().optional(),
  needsYou: z.boolean().default(false),
};

type ListOptions = z.infer<z.ZodObject<typeof shape>>;

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
  options: ListOptions & { json: boolean; color: boolean | string },
): Promise<void> {
  const snapshot = await withHub(context, (hub) => hub.request('fleet.snapshot', {}));
  const { agents, runtimes } = snapshot;
  checkFilters(options, snapshot);
  const shown = sortAgents(agents).filter((agent) => matches(agent, options));
  if (options.json) return context.write(formatJson('agents', { agents: shown.map(toJsonAgent), runtimes }));
  if (shown.length === 0)
    return context.write(agents.length === 0 ? context.asCalled(emptyFleet) : describeNoMatch(options));
  const hasColour = wantsColour(context, options.color);
  const columns = context.isTerminal ? context.columns : null;
  return context.write(formatAgentTable(shown, { now: context.now(), columns, hasColour }), { colours: hasColour });
}

function describeNoMatch({ state, host, needsYou: mustNeedYou }: ListOptions): string {
  const isOnlyNeed = mustNeedYou && state.length === 0 && host === undefined;
  return isOnlyNeed ? 'No agent needs you.\n' : 'No agent matches.\n';
}

/** Throws `wrong-usage` for a state that no agent can have, or a host on which nothing is. */
function checkFilters({ state, host }: ListOptions, { agents, runtimes }: FleetSnapshot): void {
  const reasons = agents.flatMap((agent) => stateReason(agent) ?? []);
  const known = [...new Set([...stateWords, ...reasonWords, ...reasons])];
  const wrong = splitWords(state).find((word) => !known.includes(word));
  if (wrong !== undefined)
    throw new CliError('wrong-usage', `"${wrong}" is no state.`, {
      hint: didYouMean(wrong, known, `States are ${stateWords.join(', ')}; reasons ${reasonWords.join(', ')}.`),
    });
  const hosts = [...new Set([...agents.map((agent) => agent.host), ...runtimes.map(({ id }) => id)])];
  if (host === undefined || hosts.includes(host)) return;
  throw new CliError('wrong-usage', `No agent runs on "${host}".`, {
    hint: didYouMean(host, hosts, `Hosts are ${hosts.join(', ')}.`),
  });
}

function splitWords(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(','));
}

const emptyFleet = 'No agents yet. Start one: swarm-tui spawn, or see simulated ones: swarm-tui demo\n';

function matches(agent: AgentRecord, wanted: ListOptions): boolean {
  if (wanted.needsYou && !needsYou(agent)) return false;
  if (wanted.host !== undefined && agent.host !== wanted.host) return false;
  if (wanted.state.length === 0) return true;
  const words = splitWords(wanted.state);
  return words.includes(stateWord(agent)) || words.includes(stateReason(agent) ?? '');
}
