import type { QueuedMessage } from '@swarm-tui/hub/client';
import type { CommandContext } from '../commands/command.ts';
import { errorText } from '../commands/error-text.ts';
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
export function uncertainText(name: string): string {
  return `Not sure that ${name} got your message (hub restarted while typing). Look, then: Send again / It arrived`;
}

function oneText(name: string, state: MessageState): string {
  if (state === 'uncertain') return uncertainText(name);
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

/** Sends a text to agents and says what became of it. Those that failed are told as errors, one by one. */
export async function sendMessage(
  context: CommandContext,
  agentIds: readonly string[],
  text: string,
): Promise<readonly QueuedMessage[]> {
  const { services, getState, dispatch } = context;
  const results = await Promise.allSettled(
    agentIds.map((id) => services.hub.request('agent.send', { id, text, submit: true })),
  );
  const sent = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue;
    const name = nameOf(getState(), agentIds[index] ?? '');
    dispatch({ type: 'toast', kind: 'error', text: `${name}: ${errorText(result.reason)}` });
  }
  const [first] = sent;
  if (first === undefined) return sent;
  const toast =
    agentIds.length === 1
      ? oneText(nameOf(getState(), agentIds[0] ?? ''), first.state)
      : manyText(
          text,
          sent.map(({ state }) => state),
        );
  if (sent.length === results.length) {
    dispatch({ type: 'toast', kind: first.state === 'uncertain' ? 'error' : 'info', text: toast });
  }
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
