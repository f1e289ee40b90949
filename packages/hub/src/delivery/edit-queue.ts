import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';

const applicable = {
  cancel: ['queued', 'held', 'uncertain'],
  'send-again': ['uncertain', 'cancelled'],
  arrived: ['uncertain', 'echoed'],
  replace: ['queued', 'held'],
  'send-now': ['queued', 'held'],
} as const satisfies Record<ParsedParams<'agent.queue-edit'>['action'], readonly StoredMessage['state'][]>;

const outcome = { cancel: 'cancelled', 'send-again': 'queued', arrived: 'accepted' } as const;

/** The events of an edit. Throws `invalid-request` for an unknown message, `not-undoable` when it has gone too far. */
export function editEvents(
  { record, messages }: AgentState,
  params: ParsedParams<'agent.queue-edit'>,
): readonly FleetEventBody[] {
  const { id, messageId, action, text } = params;
  const message = messages.find((each) => each.id === messageId);
  if (message === undefined) {
    throw new HubError('invalid-request', `The agent "${record.name}" has no message "${messageId}".`);
  }
  const states: readonly StoredMessage['state'][] = applicable[action];
  if (!states.includes(message.state)) {
    throw new HubError(
      'not-undoable',
      `The message is ${message.state}: it is too late to ${action.replace('-', ' ')} it.`,
    );
  }
  const { submit } = message;
  if (action === 'send-now') {
    return [{ type: 'message.queued', id, messageId, text: message.text, submit, now: true }];
  }
  if (action !== 'replace') return [{ type: 'message.state', id, messageId, state: outcome[action] }];
  if (text === undefined || text === '') throw new HubError('invalid-request', 'A replaced message needs a new text.');
  return [{ type: 'message.queued', id, messageId, text, submit }];
}
