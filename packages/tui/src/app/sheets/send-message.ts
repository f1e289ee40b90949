import type { QueuedMessage } from '@swarm-tui/hub/client';
import { askForAll, tellOutcome } from '../commands/act-on-all.ts';
import type { CommandContext } from '../commands/command.ts';
import { nameOf } from '../commands/targets.ts';
import { cut } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import type { AppState } from '../state/app-state.ts';
import { formatPlural } from '../theme/format.ts';

type MessageState = QueuedMessage['state'];

const QUOTED = 40;

const holds: Readonly<Record<NonNullable<QueuedMessage['heldBy']>, string>> = {
  dialog: 'a dialog is open',
  person: 'somebody types',
  draft: 'a draft stands in its input: send or clear it',
  unreadable: 'screen unreadable',
};

/** What the state of a message means, in a few words. */
export function messageNote({ state, heldBy }: Pick<QueuedMessage, 'state' | 'heldBy'>): string {
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

function oneText(name: string, message: QueuedMessage): string {
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

/** Sends a text to agents and tells what became of it. Gives what was taken; empty when all failed. */
export async function sendMessage(
  context: CommandContext,
  agentIds: readonly string[],
  text: string,
): Promise<readonly QueuedMessage[]> {
  const { services, getState, dispatch } = context;
  const { worked, problem } = await askForAll(context, agentIds, (id) =>
    services.hub.request('agent.send', { id, text, submit: true }),
  );
  const sent = worked.map(({ value }) => value);
  const [first] = sent;
  if (agentIds.length === 1 && first?.state === 'uncertain') {
    dispatch({ type: 'toast', kind: 'error', text: uncertainText(nameOf(getState(), agentIds[0] ?? '')) });
    return sent;
  }
  const states = sent.map(({ state }) => state);
  const isOne = agentIds.length === 1 && first !== undefined;
  const done = isOne ? oneText(nameOf(getState(), agentIds[0] ?? ''), first) : manyText(text, states);
  tellOutcome(context, sent.length === 0 ? '' : done, problem);
  return sent;
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
