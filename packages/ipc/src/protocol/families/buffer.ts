import * as z from 'zod/mini';
import { Envelope } from '../envelope.ts';
import { count, field, isoTime, shortText } from '../field.ts';
import { everyClient, managers, type MessageType } from '../message-type.ts';
import { taskspaceId } from './taskspace.ts';

/** `buffer_replay` (symposium-ipc, sections 3 and 4). */
const BufferReplayPayload = z.looseObject({
  taskspace_id: z.optional(field(taskspaceId, 'whose messages; without it, those of all taskspaces')),
  since: z.optional(isoTime('only messages that arrived later')),
});

const BufferReplayData = z.looseObject({
  messages: field(z.array(Envelope), 'whole envelopes, not acknowledged yet, in the order in which they arrived'),
  replay_timestamp: isoTime('what to acknowledge: everything that arrived until then is in `messages`'),
  has_more: z.optional(
    field(z.boolean(), 'true: an answer holds no more; acknowledge, or ask again with `replay_timestamp` as `since`'),
  ),
});

/** `buffer_acknowledge`. */
const BufferAcknowledgePayload = z.looseObject({
  taskspace_id: taskspaceId,
  replay_timestamp: isoTime('of the replay that was worked off; what arrived later stays'),
});

const BufferAcknowledgeData = z.looseObject({
  acknowledged: count('messages that were marked'),
});

const stream = shortText('the stream: a taskspace, or the second token of a `buffer.` subject');
const consumer = shortText('the name of the durable consumer');

/** `consumer_ack`: for durable consumers, by sequence instead of by time. */
const ConsumerAckPayload = z.looseObject({
  stream,
  name: consumer,
  seq: count('this message and all before it are worked off'),
});

const ConsumerAckData = z.looseObject({ acked_seq: count('where the consumer stands; never lower than before') });

/** `consumer_remove`: messages are no longer kept for this consumer. */
const ConsumerRemovePayload = z.looseObject({ stream, name: consumer });

const ConsumerRemoveData = z.looseObject({ removed: field(z.boolean(), 'false: there was none of this name') });

const request = { direction: 'client → daemon', isDurable: false } as const;

export const bufferMessages = {
  buffer_replay: {
    ...request,
    description: 'Gives again what is kept and not acknowledged. Not kept itself, in spite of its name.',
    senders: managers,
    taskspaceField: 'taskspace_id',
    payload: BufferReplayPayload,
    data: BufferReplayData,
    example: {
      payload: { taskspace_id: 'ts-1', since: '2026-01-01T09:00:00Z' },
      data: {
        messages: [
          {
            type: 'buffer_taskspace_progress',
            id: 'msg-17',
            timestamp: '2026-01-01T09:30:00Z',
            payload: { taskspace_id: 'ts-1', message: 'Tests pass', category: 'info' },
          },
        ],
        replay_timestamp: '2026-01-01T10:00:00.000000Z',
      },
    },
  },
  buffer_acknowledge: {
    ...request,
    description:
      'Marks all messages of a taskspace that arrived until the time of a replay, which may then be deleted.',
    senders: managers,
    taskspaceField: 'taskspace_id',
    payload: BufferAcknowledgePayload,
    data: BufferAcknowledgeData,
    example: {
      payload: { taskspace_id: 'ts-1', replay_timestamp: '2026-01-01T10:00:00.000000Z' },
      data: { acknowledged: 1 },
    },
  },
  consumer_ack: {
    ...request,
    description: 'Moves a durable consumer on. An addition to the document.',
    senders: everyClient,
    taskspaceField: null,
    payload: ConsumerAckPayload,
    data: ConsumerAckData,
    example: { payload: { stream: 'ts-1', name: 'dashboard', seq: 40 }, data: { acked_seq: 40 } },
  },
  consumer_remove: {
    ...request,
    description: 'Ends a durable consumer. An addition to the document.',
    senders: everyClient,
    taskspaceField: null,
    payload: ConsumerRemovePayload,
    data: ConsumerRemoveData,
    example: { payload: { stream: 'ts-1', name: 'dashboard' }, data: { removed: true } },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
