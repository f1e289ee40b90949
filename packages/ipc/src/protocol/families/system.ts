import * as z from 'zod/mini';
import { count, field, freeText, shortText } from '../field.ts';
import { everyClient, managers, type MessageType } from '../message-type.ts';

const percent = z.string().check(z.regex(/^\d+(\.\d+)?%?$/));

/** `system_status` (symposium-ipc, section 3), with the figures of our buffers. */
const SystemStatusPayload = z.looseObject({
  host: shortText('name of the machine'),
  active_taskspaces: count('taskspaces that have a buffer or a client'),
  memory_usage: field(percent, 'memory of the machine in use, such as `45%`'),
  cpu_usage: field(percent, 'processors of the machine in use, such as `12.5%`'),
  available_ports: field(z.array(z.int()), 'ports that a new taskspace may take'),
  clients: z.optional(count('connections that are open')),
  buffers: z.optional(
    field(
      z.array(
        z.looseObject({
          stream: freeText('taskspace, or stream of `buffer.` subjects'),
          messages: count('messages that are kept'),
          bytes: count('their size'),
          last_seq: count('the newest'),
          dropped: count('messages that were dropped unread because a limit was reached, since ever'),
        }),
      ),
      'what lies on disk',
    ),
  ),
});

const status = {
  host: 'build-7',
  active_taskspaces: 3,
  memory_usage: '45%',
  cpu_usage: '12.5%',
  available_ports: [10_003, 10_004],
};

export const systemMessages = {
  system_status: {
    description: 'How the machine is, told to all from time to time.',
    direction: 'daemon → all',
    senders: ['daemon', 'symposium_app', 'cli'],
    isDurable: false,
    taskspaceField: null,
    payload: SystemStatusPayload,
    data: z.looseObject({}),
    example: { payload: status, data: {} },
  },
  status_request: {
    description: 'Asks for what `system_status` tells, now. An addition to the document.',
    direction: 'client → daemon',
    senders: everyClient,
    isDurable: false,
    taskspaceField: null,
    payload: z.looseObject({}),
    data: SystemStatusPayload,
    example: {
      payload: {},
      data: {
        ...status,
        clients: 4,
        buffers: [{ stream: 'ts-1', messages: 12, bytes: 4096, last_seq: 40, dropped: 0 }],
      },
    },
  },
  daemon_handover: {
    description:
      'Asks the daemon to end in order, because a newer one waits for its socket. An addition to the document.',
    direction: 'daemon → older daemon',
    senders: managers,
    isDurable: false,
    taskspaceField: null,
    payload: z.looseObject({ reason: z.optional(freeText('what the clients are told')) }),
    data: z.looseObject({}),
    example: { payload: { reason: 'upgrade to 1.2.0' }, data: {} },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
