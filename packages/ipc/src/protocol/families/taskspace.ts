import * as z from 'zod/mini';
import { count, field, freeText, shortText } from '../field.ts';
import { managers, type MessageType } from '../message-type.ts';

/** Names a taskspace, and the buffer of its messages. */
export const taskspaceId = shortText('the taskspace; also the name of its buffer');

/** `buffer_taskspace_spawn` (symposium-ipc, section 3). */
const TaskspaceSpawnPayload = z.looseObject({
  taskspace_id: taskspaceId,
  name: shortText('what people call it'),
  description: z.optional(freeText('what is to be done there')),
  project_repo: shortText('URL or path of the repository to clone', 4096),
  initial_prompt: z.optional(freeText('first message to the agent')),
  agent_type: z.optional(shortText('`claude-code` or `q-cli` in the document; any provider that the other side knows')),
});

/** What whoever made the taskspace answers. */
const TaskspaceSpawnData = z.looseObject({
  taskspace_id: taskspaceId,
  dev_port: count('host port of sshd in the development container'),
  agent_port: count('host port of sshd in the agent container'),
  ssh_config_updated: field(z.boolean(), 'whether the hosts were written to the ssh configuration'),
});

/** `buffer_taskspace_update`. */
const TaskspaceUpdatePayload = z.looseObject({
  taskspace_id: taskspaceId,
  name: z.optional(shortText('the new name')),
  description: z.optional(freeText('the new description')),
});

/** `buffer_taskspace_progress`. */
const TaskspaceProgressPayload = z.looseObject({
  taskspace_id: taskspaceId,
  message: freeText('one line for people'),
  category: field(z.enum(['info', 'warn', 'error', 'milestone', 'question']), 'how it is shown'),
  progress_percent: z.optional(field(z.number().check(z.gte(0), z.lte(100)), 'how much is done, 0 to 100')),
  details: z.optional(field(z.record(z.string(), z.unknown()), 'anything more, for programs')),
});

/** `buffer_taskspace_signal_user`. */
const TaskspaceSignalPayload = z.looseObject({
  taskspace_id: taskspaceId,
  message: freeText('what the agent wants of its user'),
  priority: field(z.enum(['low', 'medium', 'high', 'urgent']), 'how soon'),
  suggested_actions: z.optional(field(z.array(z.string()), 'answers that the user may just pick')),
});

/** What every durable message is answered with as soon as it is on disk. */
const ReceiptData = z.looseObject({
  stream: freeText('the buffer that holds the message'),
  seq: count('its place there: each message has a higher one than those before'),
  duplicate: field(z.boolean(), 'true: a message of this id was kept before, at this `seq`, and is not kept twice'),
});

const agentsToo = [...managers, 'agent'] as const;

export const taskspaceMessages = {
  buffer_taskspace_spawn: {
    description:
      'Asks for a new taskspace. Answered `pending` with the receipt of a durable message, then by whoever makes taskspaces.',
    direction: 'app, agent → daemon',
    senders: agentsToo,
    isDurable: true,
    taskspaceField: 'taskspace_id',
    payload: TaskspaceSpawnPayload,
    data: TaskspaceSpawnData,
    example: {
      payload: {
        taskspace_id: 'ts-1',
        name: 'Authentication',
        description: 'OAuth for the web client',
        project_repo: 'https://github.com/example/shop.git',
        initial_prompt: 'Please analyze the authentication flow.',
        agent_type: 'claude-code',
      },
      data: { taskspace_id: 'ts-1', dev_port: 10_001, agent_port: 10_002, ssh_config_updated: true },
    },
  },
  buffer_taskspace_update: {
    description: 'Renames or describes a taskspace.',
    direction: 'app, agent → all',
    senders: agentsToo,
    isDurable: true,
    taskspaceField: 'taskspace_id',
    payload: TaskspaceUpdatePayload,
    data: ReceiptData,
    example: {
      payload: { taskspace_id: 'ts-1', name: 'Sign-in', description: 'OAuth, web and mobile' },
      data: { stream: 'ts-1', seq: 2, duplicate: false },
    },
  },
  buffer_taskspace_progress: {
    description: 'What the agent has reached.',
    direction: 'agent → all',
    senders: agentsToo,
    isDurable: true,
    taskspaceField: 'taskspace_id',
    payload: TaskspaceProgressPayload,
    data: ReceiptData,
    example: {
      payload: {
        taskspace_id: 'ts-1',
        message: 'The token endpoint passes its tests',
        category: 'milestone',
        progress_percent: 60,
        details: { tests: 42 },
      },
      data: { stream: 'ts-1', seq: 3, duplicate: false },
    },
  },
  buffer_taskspace_signal_user: {
    description: 'The agent wants its user.',
    direction: 'agent → all',
    senders: agentsToo,
    isDurable: true,
    taskspaceField: 'taskspace_id',
    payload: TaskspaceSignalPayload,
    data: ReceiptData,
    example: {
      payload: {
        taskspace_id: 'ts-1',
        message: 'Which identity provider shall I use?',
        priority: 'high',
        suggested_actions: ['Keycloak', 'Auth0'],
      },
      data: { stream: 'ts-1', seq: 4, duplicate: false },
    },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
