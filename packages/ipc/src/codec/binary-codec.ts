import { type Options, Packr } from 'msgpackr';
import { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { checkDepth, MAX_DEPTH } from './check-depth.ts';
import type { Codec } from './codec.ts';
import { parseEnvelope } from './parse-envelope.ts';
import { encodeShort } from './encode-short.ts';
import { createSkimCaches, FrameSkimmer, MAX_RELAYED_HEAD_BYTES } from './skim-frame.ts';

/** Heads and bodies are plain MessagePack that any language reads: no records, no shared structures, no cycles. */
const plain: Options = { useRecords: false, mapsAsObjects: true, structuredClone: false };
/** Other languages write times as 64-bit integers: numbers while they are exact. The types of msgpackr 2.1 lack `auto`. */
const packr = new Packr(Object.assign(plain, { int64AsType: 'auto' }));
/** Bodies are read by a second one that copies byte fields, which would otherwise keep their whole frame in memory. */
const bodyPackr = new Packr({ ...plain, copyBuffers: true });
const skimming = { maxHeadBytes: MAX_RELAYED_HEAD_BYTES, caches: createSkimCaches() };
const checker = new FrameSkimmer(skimming);
const NOTHING = Buffer.alloc(0);
const BIN8 = 0xc4;
const BIN32 = 0xc6;
/** What a body may keep in memory besides itself. */
const PINNED_BYTES = 64 * 1024;

/**
 * A frame is a MessagePack sequence of pairs: the head (the envelope without `payload`, a map), then the body
 * (`bin 32` around the payload's own MessagePack), so that a relay can pass a body on without decoding it.
 * `encode` throws `malformed` or `too-large` for a head that no reader would take.
 */
export const binaryCodec: Codec = {
  encode: (envelope: Envelope): Buffer => encodeShort(envelope, packBody) ?? encodeLong(envelope),
};

function encodeLong({ payload, ...head }: Envelope): Buffer {
  const packedHead = packr.pack(withoutUndefined(head));
  const packedBody = packBody(payload);
  const prefix = Buffer.allocUnsafe(5);
  prefix[0] = BIN32;
  prefix.writeUInt32BE(packedBody.length, 1);
  const message = Buffer.concat([packedHead, prefix, packedBody]);
  checkReadable(message, packedHead.length);
  return message;
}

function packBody(payload: unknown): Uint8Array {
  return packr.pack(payload);
}

/** Calls back for each message of a frame, in order. Throws `malformed` at the first byte that makes no sense. */
export function decodeFrame(frame: Uint8Array, onMessage: (envelope: Envelope) => void): void {
  if (frame.length === 0) throw new IpcError('malformed', 'A frame is empty.');
  // The heads are read by one reader wherever they come by: what a relay checked is what a receiver sees.
  const skimmer = new FrameSkimmer(skimming);
  skimmer.open(frame);
  while (skimmer.next()) {
    const payload = readBody(frame, skimmer);
    onMessage(isShort(skimmer) ? toEnvelope(skimmer, payload) : unpackEnvelope(skimmer, frame, payload));
  }
}

/** Bytes alone are the commonest body of those who care for speed, and need no decoder. */
function readBody(frame: Uint8Array, { bodyStart, end }: FrameSkimmer): unknown {
  const isShort = frame[bodyStart] === BIN8 && end - bodyStart === (frame[bodyStart + 1] ?? 0) + 2;
  if (!isShort) return unpack(bodyPackr, frame.subarray(bodyStart, end));
  const { buffer, byteOffset } = frame;
  const start = bodyStart + 2;
  const slice = Buffer.from(buffer, byteOffset + start, end - start);
  // A slice keeps its whole frame in memory: a small one may be kept.
  return buffer.byteLength <= PINNED_BYTES ? slice : Buffer.from(slice);
}

/** Most heads hold a few texts that the skimmer has read already: a second reading would take as long as the body's. */
function isShort(head: FrameSkimmer): boolean {
  return !head.hasOthers && !head.hasAuth && !head.isCompressed;
}

function toEnvelope(head: FrameSkimmer, payload: unknown): Envelope {
  const { type, id, timestamp, to, from, stream, seq } = head;
  const envelope: Envelope = { type, id, payload };
  if (timestamp !== undefined) envelope.timestamp = timestamp;
  if (to !== undefined) envelope.to = to;
  if (from !== undefined) envelope.from = from;
  if (stream !== undefined) envelope.stream = stream;
  if (seq !== undefined) envelope.seq = seq;
  if (head.expectsResponse) envelope.expect_response = true;
  return envelope;
}

function unpackEnvelope({ start, headEnd }: FrameSkimmer, frame: Uint8Array, payload: unknown): Envelope {
  return parseEnvelope({ ...Object(unpack(packr, frame.subarray(start, headEnd))), payload });
}

function unpack(unpackr: Packr, bytes: Uint8Array): unknown {
  const value = tryUnpack(unpackr, bytes);
  if (bytes.length > MAX_DEPTH) checkDepth(value);
  return value;
}

function tryUnpack(unpackr: Packr, bytes: Uint8Array): unknown {
  try {
    return unpackr.unpack(bytes);
  } catch (cause) {
    throw new IpcError('malformed', `A part of ${bytes.length} bytes is not MessagePack.`, { cause });
  }
}

/** MessagePack has no undefined, and a field without a value says nothing. */
function withoutUndefined(head: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.values(head).includes(undefined)) return head;
  return Object.fromEntries(Object.entries(head).filter(([, value]) => value !== undefined));
}

function checkReadable(message: Buffer, headBytes: number): void {
  if (headBytes > MAX_RELAYED_HEAD_BYTES) {
    throw new IpcError(
      'too-large',
      `The fields beside the payload have ${headBytes} bytes, more than ${MAX_RELAYED_HEAD_BYTES}.`,
    );
  }
  checker.open(message);
  try {
    checker.next();
  } finally {
    checker.open(NOTHING);
  }
}
