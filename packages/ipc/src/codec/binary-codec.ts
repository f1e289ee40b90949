import { Packr } from 'msgpackr';
import { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { Codec } from './codec.ts';
import { parseEnvelope } from './parse-envelope.ts';

/** Heads and bodies are plain MessagePack that any language reads: no records, no shared structures. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true });
/** Bodies are read by a second one that copies byte fields, which would otherwise keep their whole frame in memory. */
const bodyPackr = new Packr({ useRecords: false, mapsAsObjects: true, copyBuffers: true });
const BIN32 = 0xc6;

/**
 * A frame is a MessagePack sequence of pairs: the head (the envelope without `payload`, a map), then the body
 * (`bin 32` around the payload's own MessagePack), so that a relay can pass a body on without decoding it.
 */
export const binaryCodec: Codec = {
  encode({ payload, ...head }: Envelope): Buffer {
    const packedHead = packr.pack(head);
    const packedBody = packr.pack(payload);
    const prefix = Buffer.allocUnsafe(5);
    prefix[0] = BIN32;
    prefix.writeUInt32BE(packedBody.length, 1);
    return Buffer.concat([packedHead, prefix, packedBody]);
  },
};

/** Calls back for each message of a frame, in order. Throws `malformed` at the first byte that makes no sense. */
export function decodeFrame(frame: Uint8Array, onMessage: (envelope: Envelope) => void): void {
  const parts = unpackAll(frame);
  if (parts.length % 2 !== 0) throw new IpcError('malformed', 'A frame ended after a head without a body.');
  for (let index = 0; index < parts.length; index += 2) {
    onMessage(joinEnvelope(parts[index], parts[index + 1]));
  }
}

function unpackAll(frame: Uint8Array): readonly unknown[] {
  try {
    return packr.unpackMultiple(frame);
  } catch (cause) {
    throw new IpcError('malformed', `A frame of ${frame.length} bytes is not MessagePack.`, { cause });
  }
}

function joinEnvelope(head: unknown, body: unknown): Envelope {
  if (typeof head !== 'object' || head === null || !(body instanceof Uint8Array)) {
    throw new IpcError('malformed', 'A frame holds something else than pairs of a map and a bin.');
  }
  return parseEnvelope({ ...head, payload: unpackBody(body) });
}

function unpackBody(body: Uint8Array): unknown {
  try {
    return bodyPackr.unpack(body);
  } catch (cause) {
    throw new IpcError('malformed', `A body of ${body.length} bytes is not MessagePack.`, { cause });
  }
}
