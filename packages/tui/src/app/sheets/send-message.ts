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

/** What a state of a message means, in a few words. */
export function messageNote(state: MessageState): string {
  const notes: Readonly<Record<MessageState, string>> = {
    queued: 'goes out when it is idle',
    held: 'waits: a dialog is open',
    typing: 'is being typed',
    echoed: 'typed, no turn yet',
    accepted: 'a turn began',
    uncertain: 'not sure that it arrived',
    cancelled: 'was not sent',
  };
  return notes[state];
}

/** Not sure that it arrived: the sentence that asks the person to look. */
function uncertainText(name: string): string {
  return `Not sure that ${name} got your message (hub restarted while typing). Look, then: Send again / It arrived`;
}

function oneText(name: string, state: MessageState): string {
  if (state === 'accepted') return `${name} got it`;
  return `${name}: ${state}, ${messageNote(state)}`;
}

// 4 agents got "rebase on main". 1 waits: its dialog is open.
function manyText(text: string, states: readonly MessageState[]): string {
  const held = states.filter((state) => state === 'held').length;
  const sent = states.length - held;
  const quoted = `"${cut(cleanText(text), QUOTED)}"`;
  const waits = held === 1 ? '1 waits: its dialog is open.' : `${held} wait: their dialogs are open.`;
  return `${formatPlural(sent, 'agent')} got ${quoted}.${held === 0 ? '' : ` ${waits}`}`;
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
  const done = isOne ? oneText(nameOf(getState(), agentIds[0] ?? ''), first.state) : manyText(text, states);
  tellOutcome(context, sent.length === 0 ? '' : done, problem);
  return sent;
}

/** What a message to this agent has to wait for, as a sentence; empty when there is no such agent. */
export function waitText({ fleet }: AppState, id: string): string {
  const agent = fleet.agents.get(id);
  if (agent === undefined) return '';
  if (agent.lifecycle === 'stopped' || agent.lifecycle === 'lost')
    return `It is ${agent.lifecycle}: the message waits until it runs again.`;
  if (agent.lifecycle !== 'running') return `It is ${agent.lifecycle}: the message waits until it runs.`;
  if (agent.activity.state === 'waiting') return 'It is asking you something, so nothing is typed until you answer.';
  if (agent.activity.state === 'working') return 'It works; the message goes out when it is idle.';
  return '';
}
