import * as z from 'zod/mini';
import { field, freeText } from '../field.ts';
import { managers, type MessageType } from '../message-type.ts';
import { taskspaceId } from './taskspace.ts';

/** `agent_interrupt` (symposium-ipc, section 3). */
const AgentInterruptPayload = z.looseObject({
  taskspace_id: taskspaceId,
  reason: field(z.enum(['user_requested', 'timeout', 'error']), 'why the agent is to stop'),
});

/** `agent_command`. */
const AgentCommandPayload = z.looseObject({
  taskspace_id: taskspaceId,
  command: freeText('what is typed or called'),
  inject_method: field(z.enum(['tmux_send_keys', 'api_call']), 'how it reaches the agent'),
});

const drivers = [...managers, 'ide'] as const;
const Nothing = z.looseObject({});

export const agentMessages = {
  agent_interrupt: {
    description: 'Stops what the agent of the taskspace is doing.',
    direction: 'app, ide → agent',
    senders: drivers,
    isDurable: false,
    taskspaceField: 'taskspace_id',
    payload: AgentInterruptPayload,
    data: Nothing,
    example: { payload: { taskspace_id: 'ts-1', reason: 'user_requested' }, data: {} },
  },
  agent_command: {
    description: 'Gives the agent of the taskspace something to do.',
    direction: 'app, ide → agent',
    senders: drivers,
    isDurable: false,
    taskspaceField: 'taskspace_id',
    payload: AgentCommandPayload,
    data: Nothing,
    example: {
      payload: {
        taskspace_id: 'ts-1',
        command: 'Please analyze the authentication flow',
        inject_method: 'tmux_send_keys',
      },
      data: {},
    },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
