import * as z from 'zod';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { requestAgent } from '../find-agent.ts';
import { formatJson, stateWord, toJsonAgent } from '../output/json.ts';
import { parseDuration } from '../parse-duration.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';

const shape = { for: z.string().min(1).default('idle'), timeout: z.string().default('10m') };
const States = z.enum(['idle', 'waiting', 'stopped', 'working', 'error']);

/** `wait`: until an agent reaches a state or shows a text. */
export const addWait: AddCommand = (program, host) => {
  program
    .command('wait')
    .description('until idle, waiting, stopped or a text: --for, --timeout')
    .argument('<name>', 'agent')
    .option(
      '--for <what>',
      'idle, waiting, stopped, working, error, or a text on its screen (text:idle for such words)',
    )
    .option('--timeout <duration>', 'give up after this; exit code 124')
    .action(async (name: string, _options, command) => wait(host, name, readOptions(command, shape)));
};

async function wait(
  host: CommandHost,
  name: string,
  options: { for: string; timeout: string; json: boolean },
): Promise<void> {
  const { context } = host;
  const state = States.safeParse(options.for);
  const target = state.success ? { state: state.data } : { text: options.for.replace(/^text:/, '') };
  if ('text' in target && target.text === '') throw new CliError('wrong-usage', '--for text: needs a text.');
  const { matched, agent } = await withHub(context, async (hub) => {
    const found = await requestAgent(hub, name);
    const params = { id: found.id, for: target, timeoutMs: parseDuration(options.timeout) };
    return hub.request('agent.wait', params, { signal: context.signal });
  });
  if (!matched) host.exitWith(exitCodes.timedOut);
  if (options.json) return context.write(formatJson('wait', { matched, agent: toJsonAgent(agent) }));
  if (matched) return context.write(`${agent.name} ${stateWord(agent)}\n`);
  return context.writeError(
    `${agent.name} is ${stateWord(agent)}; gave up waiting for ${options.for} after ${options.timeout}.\n`,
  );
}
