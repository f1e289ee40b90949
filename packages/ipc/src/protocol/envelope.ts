import { z } from 'zod';

/**
 * Every message on the wire (symposium-ipc, section 2). Fields we do not know survive.
 * A response carries the `id` of its request; the `type` of a published message is its subject.
 */
export const Envelope = z.looseObject({
  type: z.string().min(1).max(512),
  payload: z.unknown(),
  id: z.string().min(1).max(256),
  timestamp: z.string().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

/** Payload of a `response` (symposium-ipc, section 2.1). `pending` is followed by a later one with the same id. */
export const ResponsePayload = z.looseObject({
  status: z.enum(['success', 'error', 'pending']),
  data: z.unknown().optional(),
  error: z.string().optional(),
});
export type ResponsePayload = z.infer<typeof ResponsePayload>;

/** `data` of a response whose status is `error`. */
export const ErrorData = z.looseObject({
  error_code: z.string(),
  hint: z.string().optional(),
  reason: z.string().optional(),
});
export type ErrorData = z.infer<typeof ErrorData>;

/** Payload of an `error`: what the server cannot answer as a response (symposium-ipc, section 2.2). */
export const ErrorPayload = z.looseObject({
  error_code: z.string(),
  error_message: z.string(),
  original_message_id: z.string().nullable(),
  retry_after: z.number().optional(),
});
export type ErrorPayload = z.infer<typeof ErrorPayload>;
