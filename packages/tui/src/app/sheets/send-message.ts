import type { QueuedMessage } from '@swarm-tui/hub/client';
import { askForAll, tellOutcome } from '../commands/act-on-all.ts';
import type { CommandContext } from '../commands/command.ts';
import { nameOf } from '../commands/targets.ts';
import { cut } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import type { AppState } from '../state/app-state.ts';
import { formatPlural } from '../theme/format.ts';
import { MessageProgress, type Progress } from './message-progress.ts';

type MessageState = QueuedMessage['state'];

const QUOTED = 40;

const holds: Readonly<Record<NonNullable<QueuedMessage['heldBy']>, string>> = {
  dialog: 'a dialog is open',
  person: 'somebody types',
  draft: 'a draft stands in its input: send or clear it',
  unreadable: 'screen unreadable',
};

/** What the state of a message means, in a few words. */
export function messageNote({ state, heldBy }: Progress): string {
  const notes: Readonly<Record<MessageState, string>> = {
    queued: 'waits its turn',
    held: heldBy === undefined ? 'waits' : `waits: ${holds[heldBy]}`,
    typing: 'is being typed',
    echoed: 'typed, not confirmed',
    accepted: 'it answered',
    uncertain: 'not sure that it arrived',
    cancelled: 'was not sent',
  };
  return notes[state];
}

/** Not sure that it arrived: the sentence that asks the person to look. */
function uncertainText(name: string): string {
  return `Not sure that ${name} got your message (typing was cut off). Look, then: Send again / It arrived`;
}

function oneText(name: string, message: Progress): string {
  if (message.state === 'accepted') return `${name} got it`;
  return `${name}: ${message.state}, ${messageNote(message)}`;
}

const manyNotes: Readonly<Record<MessageState, (count: number) => string>> = {
  accepted: (count) => `${formatPlural(count, 'agent')} got it`,
  echoed: (count) => `typed to ${count}, not confirmed`,
  typing: (count) => `being typed to ${count}`,
  queued: (count) => `queued for ${count}`,
  held: (count) => `${count} held: a dialog, a draft or somebody typing`,
  uncertain: (count) => `not sure that ${count} got it`,
  cancelled: (count) => `not sent to ${count}`,
};

// "rebase on main": queued for 4, 1 held: a dialog, a draft or somebody typing
function manyText(text: string, states: readonly MessageState[]): string {
  const counts = new Map<MessageState, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  const notes = [...counts].map(([state, count]) => manyNotes[state](count));
  return `"${cut(cleanText(text), QUOTED)}": ${notes.join(', ')}`;
}

const settled: ReadonlySet<MessageState> = new Set(['accepted', 'uncertain', 'cancelled']);

function outcomeText(name: string | null, text: string, states: readonly Progress[]): string {
  const [first] = states;
  if (first === undefined) return '';
  if (name === null)
    return manyText(
      text,
      states.map(({ state }) => state),
    );
  return first.state === 'uncertain' ? uncertainText(name) : oneText(name, first);
}

/**
 * Sends a text to agents and tells what became of it. Gives what was taken; empty when all failed. What is told follows
 * the messages until nothing more comes of them, or until it is off the screen.
 */
export async function sendMessage(
  context: CommandContext,
  agentIds: readonly string[],
  text: string,
): Promise<readonly QueuedMessage[]> {
  const { services, getState } = context;
  // Listened to before anything is sent: what comes between an answer and the others is not missed.
  const progress = new MessageProgress(services.hub);
  const { worked, problem } = await askForAll(context, agentIds, (id) =>
    services.hub.request('agent.send', { id, text, submit: true }),
  );
  const [only = ''] = agentIds;
  const [first] = worked;
  if (first === undefined) {
    progress[Symbol.dispose]();
    tellOutcome(context, '', { problem });
    return [];
  }
  const key = `message:${first.id}:${first.value.id}`;
  let told = '';
  progress.follow(worked, (states) => {
    if (told !== '' && !getState().toasts.some((toast) => toast.key === key)) return false;
    const done = outcomeText(agentIds.length === 1 ? nameOf(getState(), only) : null, text, states);
    const isDoubtful = agentIds.length === 1 && states[0]?.state === 'uncertain';
    if (done !== told || told === '')
      tellOutcome(context, isDoubtful ? '' : done, { problem: isDoubtful ? done : problem, key });
    told = done;
    return states.some(({ state }) => !settled.has(state));
  });
  return worked.map(({ value }) => value);
}

/** What becomes of a message to this agent now, as a sentence; empty when it goes out at once. */
export function waitText({ fleet }: AppState, id: string): string {
  const agent = fleet.agents.get(id);
  if (agent === undefined) return '';
  const { lifecycle, activity } = agent;
  if (lifecycle === 'stopped' || lifecycle === 'lost')
    return `It is ${lifecycle}: it takes no message until you start it again.`;
  if (lifecycle !== 'running') return `It is ${lifecycle}: the message waits until it runs.`;
  if (activity.state === 'waiting') return 'It is asking you something, so nothing is typed until you answer.';
  if (activity.state === 'starting') return 'It is starting: the message waits until it is ready.';
  if (activity.state === 'working') return 'It works: the message is typed now, for when it is done.';
  return '';
}
