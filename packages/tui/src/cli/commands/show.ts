import * as z from 'zod';
import { CliError } from '../cli-error.ts';
import { requestAgent } from '../find-agent.ts';
import { formatExplanation } from '../output/explanation.ts';
import { formatJson } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, wantsColour, withHub } from './command.ts';
import { followLogs, formatPast, readPast } from './follow-logs.ts';

const lines = z.coerce.number().int().min(0).max(100_000);
const captureShape = { history: lines.default(0) };
const logsShape = { follow: z.boolean().default(false), lines: lines.default(1000), raw: z.boolean().default(false) };

/** `attach`, `capture`, `logs` and `explain`: looking at one agent. */
export const addShow: AddCommand = (program, host) => {
  program
    .command('attach')
    .description('open it in this terminal; Ctrl+Q leaves')
    .argument('<name>', 'agent')
    .action(async (name: string) => {
      if (!host.context.isTerminal)
        throw new CliError('failed', 'This is no terminal to open it in.', {
          hint: 'See its screen: swarm-tui capture NAME   send it a message: swarm-tui send NAME TEXT',
        });
      const agent = await withHub(host.context, (hub) => requestAgent(hub, name));
      host.exitWith(await host.context.runInTerminal(agent.attachArgv));
    });
  program
    .command('capture')
    .description('print its screen')
    .argument('<name>', 'agent')
    .option('-H, --history <lines>', 'and this much of what scrolled away')
    .action(async (name: string, _options, command) => capture(host, name, readOptions(command, captureShape)));
  program
    .command('logs')
    .description('print its output; -f follows')
    .argument('<name>', 'agent')
    .option('-f, --follow', 'go on as it writes, until it ends or Ctrl+C')
    .option('-n, --lines <lines>', 'how much of the past')
    .option('--raw', 'with -f: the bytes as written, for a terminal')
    .action(async (name: string, _options, command) => logs(host, name, readOptions(command, logsShape)));
  program
    .command('explain')
    .description('why it has the state it has')
    .argument('<name>', 'agent')
    .action(async (name: string, _options, command) => explain(host, name, readOptions(command, {}).json));
};

async function capture(
  { context }: CommandHost,
  name: string,
  { history, json, color }: { history: number; json: boolean; color: boolean | string },
): Promise<void> {
  // a document holds colours only where they are asked for
  const colours = json ? color === 'always' : wantsColour(context, color);
  const { agent, frame } = await withHub(context, async (hub) => {
    const found = await requestAgent(hub, name);
    return { agent: found, frame: await hub.request('agent.capture', { id: found.id, history, colours }) };
  });
  if (json) return context.write(formatJson('screen', { name: agent.name, screen: frame }));
  return context.write(`${frame.lines.join('\n').trimEnd()}\n`, { colours });
}

async function logs(
  { context }: CommandHost,
  name: string,
  options: { follow: boolean; lines: number; raw: boolean; json: boolean },
): Promise<void> {
  await withHub(context, async (hub) => {
    const agent = await requestAgent(hub, name);
    if (options.follow) return followLogs(context, hub, { agent, ...options });
    return context.write(formatPast(agent, await readPast(hub, agent, options.lines), options.json));
  });
}

async function explain({ context }: CommandHost, name: string, json: boolean): Promise<void> {
  const explanation = await withHub(context, async (hub) => {
    const agent = await requestAgent(hub, name);
    return hub.request('agent.explain', { id: agent.id });
  });
  await context.write(
    json ? formatJson('explanation', { explanation }) : formatExplanation(explanation, context.now()),
  );
}
