import * as z from 'zod/mini';
import { count, field, isoTime, shortText } from '../field.ts';
import { everyClient, type MessageType } from '../message-type.ts';

const subjects = field(
  z.array(z.string().check(z.minLength(1), z.maxLength(512))).check(z.minLength(1)),
  'types and subjects; `*` is one token, `>` the rest, `prefix*` ends in anything',
);
const queue = shortText('name of a queue group: of its members, one gets each message');

/** `subscribe`. */
const SubscribePayload = z.looseObject({
  subjects,
  queue: z.optional(queue),
  policy: z.optional(
    field(
      z.enum(['drop-oldest', 'disconnect', 'pause']),
      'what happens when the client reads too slowly; `pause` is for durable consumers, who lose nothing',
    ),
  ),
  durable: z.optional(shortText('name of a durable consumer: it goes on where it was, over any number of connections')),
  stream: z.optional(shortText('the stream of the durable consumer')),
  start: z.optional(
    field(
      z.union([
        z.enum(['new', 'all']),
        z.looseObject({ seq: count('the first sequence that is wanted') }),
        z.looseObject({ since: isoTime('the first time that is wanted') }),
      ]),
      'where a durable consumer begins that did not exist',
    ),
  ),
});

/** `unsubscribe`. */
const UnsubscribePayload = z.looseObject({ subjects, queue: z.optional(queue) });

/** Answer to both. */
const SubscriptionsData = z.looseObject({ subscriptions: count('subscriptions that the client has now') });

const request = {
  direction: 'client → daemon',
  senders: everyClient,
  isDurable: false,
  taskspaceField: null,
} as const;

export const subscriptionMessages = {
  subscribe: {
    ...request,
    description: 'Asks for what is sent on these types and subjects from now on. An addition to the document.',
    payload: SubscribePayload,
    data: SubscriptionsData,
    example: {
      payload: { subjects: ['buffer_*', 'team.*.done'], queue: 'reviewers', policy: 'drop-oldest' },
      data: { subscriptions: 2 },
    },
  },
  unsubscribe: {
    ...request,
    description: 'Ends subscriptions. An addition to the document.',
    payload: UnsubscribePayload,
    data: SubscriptionsData,
    example: { payload: { subjects: ['team.*.done'], queue: 'reviewers' }, data: { subscriptions: 1 } },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
