import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { openPayload } from '../protocol/compressed-payload.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { readMessage } from '../protocol/read-message.ts';
import { isSubject } from './message.ts';

export interface ReadIncomingOptions {
  readonly maxBytes: number;
  readonly logger: Logger;
}

/** A message, unpacked, and as its schema wants it; undefined, and a line in the log, for what is none. */
export function readIncoming(envelope: Envelope, { maxBytes, logger }: ReadIncomingOptions): Envelope | undefined {
  if (isSubject(envelope.type) && envelope.payload_compressed !== true) return envelope;
  const { type, payload_compressed: _isCompressed, ...rest } = envelope;
  try {
    const payload = isSubject(type) ? openPayload(envelope, maxBytes) : readMessage(envelope, maxBytes);
    return { ...rest, type, payload };
  } catch (cause) {
    logger.warn({ event: 'ipc.malformed', subject: type, cause });
    return undefined;
  }
}

/** The answer to a request; types of the protocol are answered as their schema says. Throws `malformed`. */
export function readAnswer(type: string, data: unknown): unknown {
  const schema = findMessageType(type)?.data;
  if (!schema) return data;
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new IpcError('malformed', `The answer to ${type} makes no sense.`);
}

/** The name that the daemon gave this client. */
export function readClientId(data: unknown): string | undefined {
  const id: unknown = Reflect.get(Object(data), 'client_id');
  return typeof id === 'string' ? id : undefined;
}
