import type { AgentRecord } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { plainEnvironment } from '../../launch/plain-environment.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';
import { reportEach, tryEach } from './each-agent.ts';

const shape = { stop: z.boolean().default(false), count: z.coerce.number().int().min(1).max(300).optional() };

/** `demo`: simulated agents, so that everything can be seen without any login. */
export const addDemo: AddCommand = (program, host) => {
  program
    .command('demo')
    .description('simulated agents, to try everything without a login')
    .option('--count <n>', 'how many')
    .option('--stop', 'end and remove all simulated agents')
    .action(async (_options, command) => {
      const options = readOptions(command, shape);
      await (options.stop ? stop(host, options.json) : start(host, options));
    });
};

async function start(host: CommandHost, { count, json }: { count?: number | undefined; json: boolean }): Promise<void> {
  const { context } = host;
  const { demoFleet } = await import('@swarm-tui/providers');
  const wanted = Array.from({ length: count ?? demoFleet.length }, (_, index) => demoFleet[index % demoFleet.length]);
  const env = plainEnvironment(context.env);
  const result = await withHub(context, (hub) =>
    tryEach(
      wanted.flatMap((agent) => {
        if (agent === undefined) return [];
        const { name, task } = agent;
        const params = { aiProvider: 'demo', name, task, workingDirectory: context.directory, env };
        return [{ name, run: () => hub.request('agent.spawn', params) }];
      }),
    ),
  );
  const describe = ({ length }: readonly AgentRecord[]): string =>
    `${length} simulated agents started. Look: ${context.uiCommand}   End them: ${context.asCalled('swarm-tui demo --stop')}\n`;
  await reportEach(host, result, { json, describe });
}

async function stop(host: CommandHost, json: boolean): Promise<void> {
  const result = await withHub(host.context, async (hub) => {
    const { agents } = await hub.request('fleet.snapshot', {});
    const simulated = agents.filter(({ provider, removeAt }) => provider === 'demo' && removeAt === null);
    const remove = async (agent: AgentRecord): Promise<AgentRecord> => {
      await hub.request('agent.remove', { id: agent.id, undoMs: 0 });
      return agent;
    };
    return tryEach(simulated.map((agent) => ({ name: agent.name, run: () => remove(agent) })));
  });
  const describe = ({ length }: readonly AgentRecord[]): string => `${length} simulated agents ended.\n`;
  await reportEach(host, result, { json, describe });
}
