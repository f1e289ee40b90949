import * as z from 'zod/mini';
import { count, field, freeText, isoTime, shortText } from '../field.ts';
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
  parent: z.optional(
    field(
      z.looseObject({
        state: field(z.enum(['connecting', 'connected', 'lost']), 'where the link stands'),
        since: z.optional(isoTime('when it was made or lost')),
        reason: z.optional(freeText('why it was lost')),
        forwarded: count('messages that the parent has on its disk, since the daemon began'),
        refused: count('messages that it refused for good: they are dead letters'),
        dropped: count('messages that a limit of the store took before the parent had them'),
        pending: field(
          z.array(
            z.looseObject({ stream: freeText('a buffer'), messages: count('messages that wait for the parent') }),
          ),
          'what the parent does not have yet',
        ),
      }),
      'the daemon above this one, where there is one',
    ),
  ),
});

/** `daemon_forward`. */
const DaemonForwardPayload = z.looseObject({
  messages: field(
    z.array(z.unknown()).check(z.minLength(1), z.maxLength(1024)),
    'bytes each: a durable envelope in the binary encoding; all of one stream, in its order',
  ),
});

const DaemonForwardData = z.looseObject({
  results: field(
    z.array(
      z.looseObject({
        seq: z.optional(count('where it lies, on the disk')),
        duplicate: z.optional(field(z.boolean(), 'true: it was there before')),
        error_code: z.optional(freeText('why it is refused, for good; then there is no `seq`')),
        error: z.optional(freeText('the same, for people')),
      }),
    ),
    'one for each of the first messages; those without one are to be sent again, in a moment',
  ),
  retry_after: z.optional(count('milliseconds until then')),
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
  daemon_forward: {
    description:
      'Hands durable messages on to the parent, which keeps them as if each had come alone: all that it does not refuse, or none. An addition to the document.',
    direction: 'daemon → parent daemon',
    senders: [...managers, 'agent'],
    isDurable: false,
    taskspaceField: null,
    payload: DaemonForwardPayload,
    data: DaemonForwardData,
    example: {
      payload: { messages: [{ $bytes: 'gqR0eXBlsGJ1ZmZlci50cy0xLm5vdGWiaWShMcYAAAABoA==' }] },
      data: { results: [{ seq: 41, duplicate: false }] },
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
