import { createField } from '../editing/text-field.ts';
import { restart } from '../sheets/act-questions.ts';
import { openExplain } from '../sheets/explain-sheet.ts';
import { renameAgent } from '../sheets/rename-sheet.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { ChoicePurpose, SheetOf } from '../state/sheet.ts';
import { errorText } from './error-text.ts';
import type { Command, CommandContext } from './command.ts';
import { agentOfPane, hasAgent, targetAgents } from './targets.ts';

function hasTarget(state: AppState): boolean {
  return targetAgents(state).length > 0;
}

function isRunning({ lifecycle }: { readonly lifecycle: string }): boolean {
  return lifecycle === 'running' || lifecycle === 'paused';
}

function idsFor(state: AppState, argument: string | undefined): readonly string[] {
  const agent = argument === undefined ? undefined : agentOfPane(state, argument);
  return agent === undefined ? targetAgents(state).map(({ id }) => id) : [agent.id];
}

function ask(context: CommandContext, purpose: ChoicePurpose, argument?: string): void {
  const agentIds = idsFor(context.getState(), argument);
  if (agentIds.length === 0) return;
  const sheet: SheetOf<'choice'> = {
    kind: 'choice',
    purpose,
    agentIds,
    chosen: null,
    losses: new Map(),
    problem: null,
  };
  context.dispatch({ type: 'sheet.open', sheet });
}

// The sheet is there at once; what each agent holds is filled in as the hub has looked.
async function askDelete(context: CommandContext): Promise<void> {
  const { services, getState, dispatch } = context;
  ask(context, 'delete');
  const opened = getState().sheet;
  if (opened?.kind !== 'choice') return;
  const fill = (change: (sheet: SheetOf<'choice'>) => SheetOf<'choice'>): void => {
    const { sheet } = getState();
    if (sheet?.kind === 'choice' && sheet.purpose === 'delete' && sheet.agentIds === opened.agentIds)
      dispatch({ type: 'sheet.update', sheet: change(sheet) });
  };
  await Promise.all(
    opened.agentIds.map(async (id) => {
      try {
        const loss = await services.hub.request('agent.loss', { id });
        fill((sheet) => ({ ...sheet, losses: new Map([...sheet.losses, [id, loss]]) }));
      } catch (error) {
        fill((sheet) => ({ ...sheet, problem: errorText(error) }));
      }
    }),
  );
}

function wouldCutOff(state: AppState): boolean {
  return !hasTarget(state) || targetAgents(state).some(isRunning);
}

// What does not run starts at once: nothing can be lost by it.
async function restartOrAsk(context: CommandContext): Promise<void> {
  const agents = targetAgents(context.getState());
  if (agents.some(isRunning)) return ask(context, 'restart');
  const ids = agents.map(({ id }) => id);
  if (ids.length > 0) await restart(ids, 'resume')(context);
}

async function rename(context: CommandContext, argument?: string): Promise<void> {
  const agent = selectedAgent(context.getState());
  if (agent === undefined) return;
  if (argument !== undefined && argument !== '') return renameAgent(context, agent.id, argument);
  const field = createField(agent.name);
  context.dispatch({ type: 'sheet.open', sheet: { kind: 'rename', agentId: agent.id, field, problem: '' } });
}

const careful: readonly Command[] = [
  {
    id: 'stop',
    aliases: ['kill', 'end'],
    title: 'Stop the process, keep the row',
    hint: 'stop',
    group: 'careful',
    keys: ['x'],
    asks: true,
    needsHub: true,
    when: (state) => targetAgents(state).some(isRunning),
    cli: 'kill',
    run: (context) => ask(context, 'stop'),
  },
  {
    id: 'delete',
    aliases: ['rm', 'remove'],
    cli: 'kill --remove',
    title: 'Delete, can be undone for 30 s',
    hint: 'delete',
    group: 'careful',
    keys: ['d'],
    asks: true,
    needsHub: true,
    when: hasTarget,
    run: askDelete,
  },
  {
    id: 'restart',
    cli: 'restart',
    title: 'Restart on its conversation, asks if it runs',
    hint: 'restart',
    group: 'careful',
    keys: ['R'],
    asks: wouldCutOff,
    needsHub: true,
    when: hasTarget,
    run: restartOrAsk,
  },
  {
    id: 'interrupt',
    cli: 'interrupt',
    title: 'Interrupt the agent',
    hint: 'interrupt',
    group: 'careful',
    keys: ['I'],
    leaderKeys: ['I'],
    asks: true,
    needsHub: true,
    when: (state) => targetAgents(state).some(isRunning) || state.workspace.panes.length > 0,
    run: (context, argument) => ask(context, 'interrupt', argument),
  },
];

/** What is done to agents: details, names, copies, and what asks first. */
export const actCommands: readonly Command[] = [
  {
    id: 'details',
    aliases: ['why', 'explain'],
    title: 'Why this state, and all that is known',
    hint: 'why this state',
    group: 'now',
    keys: ['i'],
    needsHub: true,
    when: hasAgent,
    cli: 'explain',
    run: async (context) => {
      const agent = selectedAgent(context.getState());
      if (agent !== undefined) await openExplain(context, agent.id);
    },
  },
  {
    id: 'rename',
    aliases: ['mv'],
    title: 'Rename the agent',
    hint: 'rename',
    group: 'agents',
    keys: ['r'],
    needsHub: true,
    when: hasAgent,
    cli: 'rename',
    usage: '<name>',
    run: rename,
  },
  {
    id: 'copy',
    title: 'Copy attach command, path, branch or text',
    hint: 'copy',
    group: 'agents',
    keys: ['y'],
    when: hasTarget,
    run: (context) => ask(context, 'copy'),
  },
  ...careful,
];
