import { randomUUID } from 'node:crypto';
import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import { IpcError } from '../errors.ts';
import type { Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { toFailedResponse } from '../protocol/failure.ts';
import type { BusMessage } from './bus.ts';

const MAX_ID_LENGTH = 256;

/** A message on its way: bytes that are decoded once per reader, so that no reader sees what another changes. */
export interface PackedMessage {
  readonly subject: string;
  readonly id: string;
  readonly stream: string | null;
  readonly bytes: Uint8Array;
}

interface NewEnvelope {
  readonly subject: string;
  readonly payload: unknown;
  readonly id?: string | undefined;
  readonly maxBytes: number;
}

/** Throws `too-large`, and `malformed` for an id or payload that cannot be sent. */
export function packEnvelope({ subject, payload, id = randomUUID(), maxBytes }: NewEnvelope): {
  readonly id: string;
  readonly bytes: Buffer;
} {
  if (id === '' || id.length > MAX_ID_LENGTH || !/^[\x20-\x7e]+$/.test(id)) {
    throw new IpcError('malformed', `An id has 1 to ${MAX_ID_LENGTH} printable ASCII characters.`);
  }
  const bytes = encode({ type: subject, id, payload: payload ?? null, timestamp: new Date().toISOString() });
  if (bytes.length > maxBytes) {
    throw new IpcError('too-large', `A message on ${subject} has ${bytes.length} bytes, more than ${maxBytes}.`);
  }
  return { id, bytes };
}

/** The one envelope in `bytes`. Throws `malformed`. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const envelopes: Envelope[] = [];
  // Byte fields are Buffers, whatever kind of bytes they are read from.
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  decodeFrame(frame, (envelope) => envelopes.push(envelope));
  const [envelope] = envelopes;
  if (envelope === undefined || envelopes.length > 1) {
    throw new IpcError('malformed', `Not one message, but ${envelopes.length}.`);
  }
  return envelope;
}

/** What the reader gets. Throws `malformed` when others than a bus wrote the bytes. */
export function unpackMessage({ subject, stream, bytes }: Omit<PackedMessage, 'id'>): BusMessage {
  const { id, payload, timestamp } = readEnvelope(bytes);
  return { subject, id, payload, timestamp, stream };
}

/** An answer that can be sent, whatever the handler gave. */
export function packAnswer(id: string, answer: ResponsePayload, maxBytes: number): Buffer {
  try {
    return packEnvelope({ subject: 'response', id, payload: answer, maxBytes }).bytes;
  } catch (error) {
    return encode({ type: 'response', id, payload: toFailedResponse(error) });
  }
}

function encode(envelope: Envelope): Buffer {
  try {
    return binaryCodec.encode(envelope);
  } catch (cause) {
    if (cause instanceof IpcError) throw cause;
    throw new IpcError('malformed', `The payload for ${envelope.type} cannot be encoded.`, { cause });
  }
}
