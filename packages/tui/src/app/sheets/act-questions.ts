import type { AgentRecord } from '@swarm-tui/hub/client';
import { actOnAll } from '../commands/act-on-all.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { shownText } from '../state/agent-state.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { agentLines, agentsOf, askTitle, stateSentence } from './agent-facts.ts';
import type { Choice, Question } from './question.ts';
import { type Resumption, sharedResumption } from './resumption.ts';

type ChoiceSheet = SheetOf<'choice'>;

function isBusy({ lifecycle, activity }: AgentRecord): boolean {
  return lifecycle === 'running' && activity.state === 'working';
}

function factsOf(agents: readonly AgentRecord[], now: number, more: string): readonly Line[] {
  const [only] = agents;
  if (agents.length !== 1 || only === undefined) {
    return [...agentLines(agents, (agent) => cleanText(shownText(agent))), [blank(3), span(more, 'dim')]];
  }
  return [
    [blank(3), span(`${stateSentence(only, now)} ${more}`)],
    [blank(5), span(cleanText(shownText(only)), 'dim')],
  ];
}

// What ends something at once is never preselected; it stands below and says what it costs.
function ordered(agents: readonly AgentRecord[], act: Choice, more: readonly Choice[]): readonly Choice[] {
  return [leaveChoice(agents), act, ...more];
}

/** Nothing happens: `Let it work`, `Leave it as it is`. */
export function leaveChoice(agents: readonly AgentRecord[]): Choice {
  const [one, many] = agents.some(isBusy)
    ? ['Let it work', 'Let them work']
    : ['Leave it as it is', 'Leave them as they are'];
  return { id: 'leave', label: agents.length > 1 ? many : one, note: 'nothing changes', run: async () => {} };
}

function hubAct(
  sheet: ChoiceSheet,
  name: 'agent.stop' | 'agent.interrupt',
  done: (who: string) => string,
): Choice['run'] {
  return async (context) => {
    const act = (id: string): Promise<unknown> => context.services.hub.request(name, { id });
    await actOnAll(context, { agentIds: sheet.agentIds, act, done });
  };
}

function interruptChoice(sheet: ChoiceSheet, isAnyBusy: boolean): Choice {
  return {
    id: 'interrupt',
    label: sheet.agentIds.length > 1 ? 'Interrupt them' : 'Interrupt it',
    note: isAnyBusy ? 'its turn ends here, it stays open' : 'what it waits for is called off',
    isHarmful: isAnyBusy,
    run: hubAct(sheet, 'agent.interrupt', (who) => `${who} interrupted`),
  };
}

function keptText(shared: Resumption | null, isMany: boolean): string {
  if (shared === null) return 'Conversations are kept where their providers can.';
  if (shared === 'none') return isMany ? 'They keep no conversations.' : 'It keeps no conversation.';
  return isMany ? 'Their conversations are kept.' : 'Its conversation is kept.';
}

/** `x`: stops the process, keeps the row. */
export function stopQuestion(sheet: ChoiceSheet, state: AppState): Question {
  const agents = agentsOf(state, sheet.agentIds);
  const isAnyBusy = agents.some(isBusy);
  const isMany = agents.length > 1;
  const stop: Choice = {
    id: 'stop',
    label: isMany ? 'Stop them and keep the rows' : 'Stop it and keep the row',
    note: isAnyBusy ? 'the running turn is cut off' : 'nothing is lost',
    isHarmful: isAnyBusy,
    run: hubAct(sheet, 'agent.stop', (who) => `${who} stopped, R starts it again`),
  };
  return {
    title: askTitle('Stop', agents),
    note: 'R starts it again',
    facts: factsOf(agents, state.now, keptText(sharedResumption(agents, state), isMany)),
    choices: ordered(agents, stop, isAnyBusy ? [interruptChoice(sheet, true)] : []),
  };
}

/** `I`: ends the turn, as Esc inside the agent would. */
export function interruptQuestion(sheet: ChoiceSheet, state: AppState): Question {
  const agents = agentsOf(state, sheet.agentIds);
  const isAnyBusy = agents.some(isBusy);
  return {
    title: askTitle('Interrupt', agents),
    note: 'the agent stays open',
    facts: factsOf(agents, state.now, agents.length > 1 ? 'Their conversations go on.' : 'Its conversation goes on.'),
    choices: ordered(agents, interruptChoice(sheet, isAnyBusy), []),
  };
}

/** Starts agents again on their conversations, or on new ones. */
export function restart(agentIds: readonly string[], mode: 'resume' | 'fresh'): Choice['run'] {
  return async (context) => {
    const { hub, agentEnvironment } = context.services;
    const env = { ...agentEnvironment() };
    const state = context.getState();
    const shared = mode === 'resume' ? sharedResumption(agentsOf(state, agentIds), state) : 'none';
    const act = (id: string): Promise<unknown> => hub.request('agent.restart', { id, mode, env });
    await actOnAll(context, { agentIds, act, done: (who) => `${who} starts again ${restarted(shared)}`.trim() });
  };
}

function restarted(shared: Resumption | null): string {
  if (shared === null) return '';
  return { own: 'on its conversation', latest: 'on the latest conversation of its directory', none: 'from nothing' }[
    shared
  ];
}

// What a restart brings back, said only as far as the provider keeps it.
const resumptions = {
  own: { one: 'Its conversation goes on.', many: 'Their conversations go on.' },
  latest: {
    one: 'The latest conversation of its directory goes on.',
    many: 'The latest conversations of their directories go on.',
  },
  none: { one: 'It begins from nothing.', many: 'They begin from nothing.' },
} as const;
const mixed = 'Conversations go on where their providers can.';

function againChoice(sheet: ChoiceSheet, shared: Resumption | null, isAnyBusy: boolean): Choice {
  const isMany = sheet.agentIds.length > 1;
  const plain = isMany ? 'Restart them' : 'Restart it';
  const onOwn = isMany ? 'Restart them on their conversations' : 'Restart it on its conversation';
  const quiet = shared === 'none' ? 'what it holds in memory is lost' : 'nothing is lost';
  return {
    id: 'resume',
    label: shared === 'own' ? onOwn : plain,
    note: isAnyBusy ? 'the running turn is cut off' : quiet,
    isHarmful: isAnyBusy || shared === 'none',
    run: restart(sheet.agentIds, 'resume'),
  };
}

/** `R` on what runs: what its provider kept goes on, the turn is cut off. */
export function restartQuestion(sheet: ChoiceSheet, state: AppState): Question {
  const agents = agentsOf(state, sheet.agentIds);
  const isAnyBusy = agents.some(isBusy);
  const isMany = agents.length > 1;
  const shared = sharedResumption(agents, state);
  const fresh: Choice = {
    id: 'fresh',
    label: isMany ? 'Restart them from nothing' : 'Restart it from nothing',
    note: 'the conversation is left behind',
    isHarmful: true,
    run: restart(sheet.agentIds, 'fresh'),
  };
  const more = shared === null ? mixed : resumptions[shared][isMany ? 'many' : 'one'];
  return {
    title: askTitle('Restart', agents),
    note: 'files stay as they are',
    facts: factsOf(agents, state.now, more),
    choices: ordered(agents, againChoice(sheet, shared, isAnyBusy), shared === 'none' ? [] : [fresh]),
  };
}
