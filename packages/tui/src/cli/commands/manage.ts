import type { AgentRecord, HubConnection } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { plainEnvironment } from '../../launch/plain-environment.ts';
import { CliError, toExitCode } from '../cli-error.ts';
import { findAgent, requestAgent } from '../find-agent.ts';
import { type AddCommand, type CommandHost, readOptions, reportAgent, withHub } from './command.ts';
import { confirm } from './confirm.ts';
import { reportEach, reportFailures, tryEach } from './each-agent.ts';

const killShape = {
  yes: z.boolean().default(false),
  remove: z.boolean().default(false),
  worktree: z.boolean().default(false),
  force: z.boolean().default(false),
  all: z.boolean().default(false),
};
type KillOptions = z.infer<z.ZodObject<typeof killShape>> & { json: boolean };

/** `kill`, `restart` and `rename`. */
export const addManage: AddCommand = (program, host) => {
  program
    .command('kill')
    .description('stop it (asks)')
    .argument('[names...]', 'agents')
    .option('--all', 'every agent')
    .option('-y, --yes', 'do not ask; needed where nobody answers')
    .option('--remove', 'remove its row too; its worktree stays')
    .option('--worktree', 'with --remove: remove its worktree as well, when nothing would be lost')
    .option('--force', 'with --worktree: even when work would be lost')
    .action(async (names: string[], _options, command) => kill(host, names, readOptions(command, killShape)));
  program
    .command('restart')
    .description('start it again, on its conversation where it has one')
    .argument('<name>', 'agent')
    .option('--fresh', 'on an empty conversation')
    .action(async (name: string, _options, command) => {
      const { fresh, json } = readOptions(command, { fresh: z.boolean().default(false) });
      const env = plainEnvironment(host.context.env);
      const agent = await withHub(host.context, async (hub) => {
        const { id } = await requestAgent(hub, name);
        return hub.request('agent.restart', { id, mode: fresh ? 'fresh' : 'resume', env });
      });
      await reportAgent(host, agent, { json, line: `${agent.name} restarted` });
    });
  program
    .command('rename')
    .description('give it another name')
    .argument('<name>', 'agent')
    .argument('<new-name>', 'its new name')
    .action(async (name: string, newName: string, _options, command) => {
      const { json } = readOptions(command, {});
      if (newName.trim() === '') throw new CliError('wrong-usage', 'The new name is empty.');
      const agent = await withHub(host.context, async (hub) => {
        const { id } = await requestAgent(hub, name);
        return hub.request('agent.rename', { id, name: newName });
      });
      await reportAgent(host, agent, { json, line: `${name} is now ${agent.name}` });
    });
};

async function kill(host: CommandHost, names: readonly string[], options: KillOptions): Promise<void> {
  const { context } = host;
  if (names.length === 0 && !options.all) throw new CliError('wrong-usage', 'Name the agents, or say --all.');
  await withHub(context, async (hub) => {
    const { agents } = await hub.request('fleet.snapshot', {});
    const chosen = options.all
      ? agents.filter(({ removeAt }) => removeAt === null)
      : await findAll(host, agents, { names, json: options.json });
    if (chosen === null) return;
    if (!options.yes && chosen.length > 0) await confirm(context, toQuestion(chosen, options));
    const result = await tryEach(chosen.map((agent) => ({ name: agent.name, run: () => end(hub, agent, options) })));
    const describe = (ended: readonly AgentRecord[]): string =>
      ended.map(({ name, lifecycle }) => `${name} ${options.remove ? 'removed' : lifecycle}\n`).join('');
    await reportEach(host, result, { json: options.json, describe });
  });
}

/** All that are named; null when one is not there, which is said of each, so that nothing is done by halves. */
async function findAll(
  host: CommandHost,
  agents: readonly AgentRecord[],
  { names, json }: { readonly names: readonly string[]; readonly json: boolean },
): Promise<readonly AgentRecord[] | null> {
  const [first = ''] = names;
  if (names.length === 1) return [findAgent(agents, first)];
  const found: AgentRecord[] = [];
  const failed: { name: string; error: unknown }[] = [];
  for (const name of names) {
    try {
      found.push(findAgent(agents, name));
    } catch (error) {
      failed.push({ name, error });
    }
  }
  if (failed.length === 0) return found;
  await reportFailures(host, failed, json);
  host.exitWith(toExitCode(failed[0]?.error));
  return null;
}

function toQuestion(agents: readonly AgentRecord[], { remove }: KillOptions): string {
  const what = agents.length === 1 ? (agents[0]?.name ?? '') : `${agents.length} agents`;
  return `${remove ? 'Stop and remove' : 'Stop'} ${what}?`;
}

/** Hundreds that end at once take their time, each its grace. */
const endTimeoutMs = 180_000;

async function end(
  hub: HubConnection,
  agent: AgentRecord,
  { remove, worktree, force }: KillOptions,
): Promise<AgentRecord> {
  const hasEnded = agent.lifecycle === 'stopped' || agent.lifecycle === 'lost';
  // What may be refused is asked first, so that a refusal leaves the agent as it was.
  if (remove)
    await hub.request(
      'agent.remove',
      { id: agent.id, worktree: worktree ? 'remove' : 'keep', force, undoMs: 0 },
      { timeoutMs: endTimeoutMs },
    );
  else if (!hasEnded) return hub.request('agent.stop', { id: agent.id }, { timeoutMs: endTimeoutMs });
  return agent;
}
