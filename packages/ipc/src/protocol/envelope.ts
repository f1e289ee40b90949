// The small zod, as a namespace: a bundle of the client is 430 kB and its start 28 ms lighter than with `{ z }`.
import * as z from 'zod/mini';
import { count, field, freeText } from './field.ts';

/**
 * Every message on the wire (symposium-ipc, section 2). Fields we do not know survive.
 * A response carries the `id` of its request; the `type` of a published message is its subject.
 */
export const Envelope = z.looseObject({
  type: field(
    z.string().check(z.minLength(1), z.maxLength(512)),
    'without a dot: a type of the protocol; with dots: a subject',
  ),
  payload: field(z.unknown(), 'what is said; base64 text when `payload_compressed`'),
  id: field(
    z.string().check(z.minLength(1), z.maxLength(256)),
    'unique among the messages of its sender; an answer has that of its request',
  ),
  timestamp: z.optional(freeText('ISO 8601, UTC')),
  auth: z.optional(field(z.unknown(), 'credentials: `{token, client_id}`; the daemon passes them on to nobody')),
  payload_compressed: z.optional(field(z.boolean(), 'true: the payload is base64 of gzip of its JSON')),
  to: z.optional(freeText('the client that the message is for; without it, all that subscribed')),
  from: z.optional(freeText('the client that sent it; the daemon sees to it that this is true')),
  expect_response: z.optional(
    field(z.boolean(), 'true: a subject that one receiver answers; of a queue group, or the only subscriber'),
  ),
  stream: z.optional(freeText('of durable messages, from the daemon: the buffer')),
  seq: z.optional(count('of durable messages, from the daemon: the place in the buffer')),
});
export type Envelope = z.infer<typeof Envelope>;

/** Payload of a `response` (symposium-ipc, section 2.1). `pending` is followed by a later one with the same id. */
export const ResponsePayload = z.looseObject({
  status: field(z.enum(['success', 'error', 'pending']), 'how it went; `pending`: another answer follows'),
  data: z.optional(field(z.unknown(), 'what was asked for; for an error, its `error_code`, `hint` and `reason`')),
  error: z.optional(freeText('what went wrong, for people')),
});
export type ResponsePayload = z.infer<typeof ResponsePayload>;

/** `data` of a response whose status is `error`. */
export const ErrorData = z.looseObject({
  error_code: z.string(),
  hint: z.optional(z.string()),
  reason: z.optional(z.string()),
});
export type ErrorData = z.infer<typeof ErrorData>;

/** Payload of an `error`: what the server cannot answer as a response (symposium-ipc, section 2.2). */
export const ErrorPayload = z.looseObject({
  error_code: freeText('stable name of the problem, see the codes'),
  error_message: freeText('the problem, for people'),
  original_message_id: field(z.nullable(z.string()), '`id` of the message that caused it; null when there is none'),
  retry_after: z.optional(field(z.number(), 'milliseconds to wait before another try')),
});
export type ErrorPayload = z.infer<typeof ErrorPayload>;
