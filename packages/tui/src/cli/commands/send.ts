import type { HubConnection, QueuedMessage } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { requestAgent } from '../find-agent.ts';
import { formatJson } from '../output/json.ts';
import { parseDuration } from '../parse-duration.ts';
import { checkKeys } from '../tmux-keys.ts';
import { type AddCommand, type CommandHost, readOptions, withHub } from './command.ts';

const States = z.enum(['queued', 'typed', 'accepted']);
/** What `--wait` takes. */
export const messageStates: readonly string[] = States.options;

const shape = {
  enter: z.boolean().default(true),
  now: z.boolean().default(false),
  wait: States.default('queued'),
  timeout: z.string().default('60s'),
};
type Options = z.infer<z.ZodObject<typeof shape>> & { json: boolean };

/** `send`, `keys` and `interrupt`: what goes into an agent. */
export const addSend: AddCommand = (program, host) => {
  program
    .command('send')
    .description('send a message; --wait accepted until it was taken')
    .argument('<name>', 'agent')
    .argument('[text...]', 'the message as written; - or nothing reads stdin')
    .option('--no-enter', 'only insert the text, do not submit it')
    .option('--now', 'type it although a half-typed draft stands in the input')
    .option('--wait <state>', 'queued, typed or accepted')
    .option('--timeout <duration>', 'how long to wait; exit code 124')
    .action(async (name: string, words: string[], _options, command) => {
      await send(host, { name, words }, readOptions(command, shape));
    });
  program
    .command('keys')
    .description('press keys by their tmux names: swarm-tui keys NAME Down Enter')
    .argument('<name>', 'agent')
    .argument('<keys...>', 'tmux key names')
    .action(async (name: string, keys: string[], _options, command) => {
      const { json } = readOptions(command, {});
      checkKeys(keys);
      const press = (hub: HubConnection, id: string) => hub.request('agent.keys', { id, keys });
      await act(host, { name, json }, press);
    });
  program
    .command('interrupt')
    .description('interrupt what it is doing')
    .argument('<name>', 'agent')
    .action(async (name: string, _options, command) => {
      const { json } = readOptions(command, {});
      await act(host, { name, json }, (hub, id) => hub.request('agent.interrupt', { id }));
    });
};

/** Silent where it worked, as nothing is to be said; a script that wants JSON learns which agent it was. */
async function act(
  { context }: CommandHost,
  { name, json }: { name: string; json: boolean },
  run: (hub: HubConnection, id: string) => Promise<unknown>,
): Promise<void> {
  const agent = await withHub(context, async (hub) => {
    const found = await requestAgent(hub, name);
    await run(hub, found.id);
    return found;
  });
  if (json) await context.write(formatJson('done', { id: agent.id, name: agent.name }));
}

async function send(
  host: CommandHost,
  asked: { name: string; words: readonly string[] },
  options: Options,
): Promise<void> {
  const { context } = host;
  const fromInput = asked.words.length === 0 || (asked.words.length === 1 && asked.words[0] === '-');
  const text = fromInput ? (await context.readInput()).replace(/\n$/, '') : asked.words.join(' ');
  if (text === '') throw new CliError('wrong-usage', 'There is nothing to send.', { hint: 'swarm-tui send NAME TEXT' });
  const message = await withHub(context, async (hub) => {
    const agent = await requestAgent(hub, asked.name);
    const params = {
      id: agent.id,
      text,
      submit: options.enter,
      now: options.now,
      wait: options.wait,
      timeoutMs: parseDuration(options.timeout),
    };
    return hub.request('agent.send', params, { signal: context.signal });
  });
  const isLate = unfinished[options.wait].includes(message.state);
  if (isLate) host.exitWith(exitCodes.timedOut);
  if (options.json)
    return context.write(formatJson('message', { message: { ...message, at: new Date(message.at).toISOString() } }));
  await context.write(`${describe(message)}\n`);
  if (isLate) context.writeError(`gave up waiting for ${options.wait} after ${options.timeout}\n`);
}

/** States in which what was waited for may still come. */
const unfinished: Readonly<Record<Options['wait'], readonly QueuedMessage['state'][]>> = {
  queued: [],
  typed: ['queued', 'held', 'typing'],
  accepted: ['queued', 'held', 'typing', 'echoed'],
};

const holds: Readonly<Record<NonNullable<QueuedMessage['heldBy']>, string>> = {
  dialog: 'a dialog is open; it is typed when that ends',
  person: 'somebody types there; it is typed when they have paused',
  draft: 'a half-typed draft stands in the input; it is typed when that was sent or cleared. Add it now: send --now',
  unreadable: 'the screen cannot be read now; it is typed when it can',
};

function describe({ state, heldBy = 'dialog' }: QueuedMessage): string {
  if (state === 'held') return `held: ${holds[heldBy]}`;
  if (state === 'echoed') return 'echoed: typed, not confirmed: no turn was seen to start';
  if (state === 'uncertain') return 'uncertain: not sure that it arrived. Look at the agent';
  return state;
}
