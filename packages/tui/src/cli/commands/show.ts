import type { AgentRecord, HubConnection } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { requestAgent } from '../find-agent.ts';
import { plainText } from '../output/plain-text.ts';
import { formatExplanation } from '../output/explanation.ts';
import { formatJson } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, wantsColour, withHub } from './command.ts';

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
    .option('-f, --follow', 'go on as it writes, until Ctrl+C')
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
  const colours = wantsColour(context, color);
  const { agent, frame } = await withHub(context, async (hub) => {
    const found = await requestAgent(hub, name);
    return { agent: found, frame: await hub.request('agent.capture', { id: found.id, history, colours }) };
  });
  if (json) return context.write(formatJson('screen', { name: agent.name, screen: frame }));
  return context.write(`${frame.lines.join('\n').trimEnd()}\n`);
}

async function logs(
  { context }: CommandHost,
  name: string,
  options: { follow: boolean; lines: number; raw: boolean; json: boolean },
): Promise<void> {
  await withHub(context, async (hub) => {
    const agent = await requestAgent(hub, name);
    if (options.follow) return followLogs(context, hub, { agent, ...options });
    const past = await readPast(hub, agent, options.lines);
    return context.write(options.json ? formatJson('logs', { name: agent.name, lines: past }) : toText(past));
  });
}

async function readPast(hub: HubConnection, agent: AgentRecord, history: number): Promise<readonly string[]> {
  const frame = await hub.request('agent.capture', { id: agent.id, history, colours: false });
  return frame.lines.join('\n').trimEnd().split('\n').slice(-Math.max(1, history));
}

const toText = (past: readonly string[]): string => `${past.join('\n')}\n`;

/** Subscribes before it reads the past, so that nothing falls between the two. */
async function followLogs(
  context: CommandHost['context'],
  hub: HubConnection,
  { agent, lines: history, raw, json }: { agent: AgentRecord; lines: number; raw: boolean; json: boolean },
): Promise<void> {
  const plain = plainText();
  const decoder = new TextDecoder();
  let writing: Promise<void> = Promise.resolve();
  const show = (text: string): void => {
    if (text !== '')
      writing = writing.then(() => context.write(json ? formatJson('output', { name: agent.name, text }) : text));
  };
  const stop = hub.watchOutput(agent.id, ({ data }) => {
    const text = decoder.decode(data, { stream: true });
    show(raw ? text : plain(text));
  });
  try {
    if (history > 0)
      await context.write(
        json
          ? formatJson('logs', { name: agent.name, lines: await readPast(hub, agent, history) })
          : toText(await readPast(hub, agent, history)),
      );
    await untilAborted(context.signal);
  } finally {
    stop();
    await writing;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
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
