import { createField } from '../editing/text-field.ts';
import { openNewAgent } from '../sheets/start-agent.ts';
import { providerChoices } from '../state/new-agent-form.ts';
import { formatPlural } from '../theme/format.ts';
import type { Command, CommandContext } from './command.ts';
import { errorText } from './error-text.ts';
import { parseSpawn, spawnRequest } from './spawn-words.ts';

async function spawn(context: CommandContext, argument = ''): Promise<void> {
  if (argument.trim() === '') return openNewAgent(context);
  const { services, dispatch } = context;
  const words = parseSpawn(argument);
  if (words.problem !== null) return dispatch({ type: 'toast', kind: 'error', text: words.problem });
  const { directories } = services;
  const directory = directories.resolve(words.values['--dir'] ?? services.directory);
  const request = spawnRequest(words, { directory, env: services.agentEnvironment() });
  const agent = await services.hub.request('agent.spawn', request);
  dispatch({ type: 'cursor.to', key: agent.id });
}

async function demo({ services, dispatch }: CommandContext): Promise<void> {
  const { hub, machine, directory, agentEnvironment } = services;
  const env = { ...agentEnvironment() };
  const results = await Promise.allSettled(
    machine.demoFleet.map(({ name, task }) =>
      hub.request('agent.spawn', { aiProvider: 'demo', name, task, workingDirectory: directory, env }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) return dispatch({ type: 'toast', kind: 'error', text: errorText(failed.reason) });
  dispatch({ type: 'toast', kind: 'info', text: `${formatPlural(results.length, 'simulated agent')} started` });
}

/** Opens a sheet with a text that takes a while; what cannot be fetched is said in its place. */
async function showText(
  { dispatch, getState }: CommandContext,
  title: string,
  read: () => Promise<string>,
): Promise<void> {
  dispatch({ type: 'sheet.open', sheet: { kind: 'text', title, text: null, scroll: 0 } });
  const text = await read().catch(errorText);
  const { sheet } = getState();
  if (sheet?.kind === 'text' && sheet.title === title) dispatch({ type: 'sheet.update', sheet: { ...sheet, text } });
}

/** New agents, and what helps with the program itself. */
export const newCommands: readonly Command[] = [
  {
    id: 'new',
    title: 'New agent',
    hint: 'new',
    group: 'agents',
    keys: ['n'],
    needsHub: true,
    usage: '<task>',
    run: (context, argument) => openNewAgent(context, argument),
  },
  {
    id: 'spawn',
    title: 'Start an agent at once',
    group: 'agents',
    keys: [],
    needsHub: true,
    cli: 'spawn',
    usage: '<provider> "task" [--worktree [branch]] [--name, --dir, --model, --runtime, --base <word>] [--autopilot]',
    words: (state) => [...providerChoices(state), '--worktree', '--autopilot', '--name', '--dir', '--model'],
    run: spawn,
  },
  {
    id: 'demo',
    title: 'Start the simulated agents',
    group: 'app',
    keys: [],
    needsHub: true,
    cli: 'demo',
    run: demo,
  },
  {
    id: 'doctor',
    title: 'Check this machine',
    group: 'app',
    keys: [],
    cli: 'doctor',
    run: (context) => showText(context, 'Doctor', () => context.services.machine.doctor()),
  },
  {
    id: 'hub-log',
    title: 'What the hub wrote into its log',
    group: 'app',
    keys: [],
    run: (context) => showText(context, 'Hub log', () => context.services.machine.hubLog()),
  },
  {
    id: 'palette',
    title: 'Command palette',
    hint: 'commands',
    group: 'find',
    keys: [':', 'Ctrl+P'],
    run: ({ dispatch }, argument = '') =>
      dispatch({
        type: 'sheet.open',
        sheet: { kind: 'palette', field: createField(argument), row: 0, back: 0 },
      }),
  },
];
