import * as z from 'zod';
import { formatJson, toJsonAgent } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';
import { plainEnvironment } from './spawn.ts';

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

async function start(
  { context }: CommandHost,
  { count, json }: { count?: number | undefined; json: boolean },
): Promise<void> {
  const { demoFleet } = await import('@swarm-tui/providers');
  const wanted = Array.from({ length: count ?? demoFleet.length }, (_, index) => demoFleet[index % demoFleet.length]);
  const agents = await withHub(context, (hub) =>
    Promise.all(
      wanted.flatMap((agent) =>
        agent === undefined
          ? []
          : [
              hub.request('agent.spawn', {
                aiProvider: 'demo',
                name: agent.name,
                task: agent.task,
                workingDirectory: context.directory,
                env: plainEnvironment(context.env),
              }),
            ],
      ),
    ),
  );
  if (json) return context.write(formatJson('agents', { agents: agents.map(toJsonAgent) }));
  return context.write(
    `${agents.length} simulated agents started. Look: swarm-tui   End them: swarm-tui demo --stop\n`,
  );
}

async function stop({ context }: CommandHost, json: boolean): Promise<void> {
  const ended = await withHub(context, async (hub) => {
    const { agents } = await hub.request('fleet.snapshot', {});
    const simulated = agents.filter(({ provider, removeAt }) => provider === 'demo' && removeAt === null);
    await Promise.all(simulated.map(({ id }) => hub.request('agent.remove', { id, undoMs: 0 })));
    return simulated;
  });
  if (json) return context.write(formatJson('agents', { agents: ended.map(toJsonAgent) }));
  return context.write(`${ended.length} simulated agents ended.\n`);
}
