import * as z from 'zod';
import { formatSpan } from '../../app/theme/format.ts';
import { nearWords } from '../../config/near-words.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { requestAgent } from '../find-agent.ts';
import { formatJson, stateWord, toJsonAgent } from '../output/json.ts';
import { parseDuration } from '../parse-duration.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';

const shape = { for: z.string().min(1).default('idle'), timeout: z.string().default('10m') };
const States = z.enum(['idle', 'waiting', 'stopped', 'working', 'error']);
type Target = { readonly state: z.infer<typeof States> } | { readonly text: string };

/** What `--for` takes besides a text. */
export const waitStates: readonly string[] = States.options;

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
  const target = readTarget(options.for);
  const timeoutMs = parseDuration(options.timeout);
  const { matched, agent } = await withHub(context, async (hub) => {
    const found = await requestAgent(hub, name);
    using _shown = showWaiting(context, found.name, target, options.for);
    return hub.request('agent.wait', { id: found.id, for: target, timeoutMs }, { signal: context.signal });
  });
  if (!matched) host.exitWith(exitCodes.timedOut);
  if (options.json) return context.write(formatJson('wait', { matched, agent: toJsonAgent(agent) }));
  if (matched) return context.write(`${agent.name} ${stateWord(agent)}\n`);
  return context.writeError(
    `${agent.name} is ${stateWord(agent)}; gave up waiting for ${options.for} after ${options.timeout}.\n`,
  );
}

function readTarget(asked: string): Target {
  const state = States.safeParse(asked);
  if (state.success) return { state: state.data };
  const text = asked.replace(/^text:/, '');
  if (text === '') throw new CliError('wrong-usage', '--for text: needs a text.');
  return { text };
}

/** Says on stderr what is waited for: a text always, as a state that is misspelt is one; a state to a terminal, with the time. */
function showWaiting(context: CliContext, name: string, target: Target, asked: string): Disposable {
  const goal = 'state' in target ? `be ${target.state}` : `print ${JSON.stringify(target.text)}`;
  const line = `waiting for ${name} to ${goal} …`;
  const near = 'text' in target && !asked.startsWith('text:') ? nearWords(target.text, waitStates) : [];
  const question = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  if (!context.isErrorTerminal) {
    if ('text' in target) context.writeError(`${line}${question}\n`);
    return { [Symbol.dispose]: () => undefined };
  }
  const start = context.now();
  const draw = (): void => context.drawStatus(`${line} ${formatSpan(context.now() - start)}`);
  if (question !== '') context.writeError(`${question.trim()}\n`);
  draw();
  const timer = setInterval(draw, 1000);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      context.drawStatus('');
    },
  };
}
