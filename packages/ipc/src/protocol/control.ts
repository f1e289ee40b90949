import * as z from 'zod/mini';
import { count, freeText } from './field.ts';

/** `subscribe` and `unsubscribe`: subjects, or patterns of them. */
export const SubjectsPayload = z.looseObject({
  subjects: z.array(z.string().check(z.minLength(1), z.maxLength(512))).check(z.minLength(1)),
});

/** `cancel`: the request that nobody waits for any longer. */
export const CancelPayload = z.looseObject({ request_id: freeText('the `id` of the request') });

/** `lagged`: the reader was slow, and `dropped` messages of `subject` were not sent to it. */
export const LaggedPayload = z.looseObject({
  subject: freeText('the type or subject'),
  dropped: count('messages of it that were left out'),
});
export type LaggedPayload = z.infer<typeof LaggedPayload>;

/** `server_closing`: the last message before a clean end. */
export const ServerClosingPayload = z.looseObject({ reason: freeText('why, for people') });

/** Types that belong to the protocol: no subject and no request may be called so. */
export const reservedTypes = {
  subscribe: 'client to server: send me what is published on these subjects',
  unsubscribe: 'client to server: no longer send me these subjects',
  cancel: 'client to server: nobody waits for this request any longer; not answered',
  heartbeat: 'client to server: are you there? Answered with a response',
  response: 'server to client: the answer to a request, with its id',
  error: 'server to client: something that belongs to no request went wrong',
  lagged: 'server to client: you read too slowly, and messages were left out',
  server_closing: 'server to client: the server ends; nothing follows',
} as const;

/** Whether the protocol keeps `type` for itself. */
export function isReservedType(type: string): type is keyof typeof reservedTypes {
  return Object.hasOwn(reservedTypes, type);
}
