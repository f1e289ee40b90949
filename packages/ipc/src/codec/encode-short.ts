import type { Envelope } from '../protocol/envelope.ts';

const BIN8 = 0xc4;
const BIN32 = 0xc6;
const MAX_KEPT = 64;
const MAX_TEXT = 255;
const MAX_FIXED_TEXT = 31;

interface Prefix {
  readonly from: string | undefined;
  /** The head up to the value of its id, which is the last field. */
  readonly bytes: Uint8Array;
}

/** Heads by type, for senders who say the same again and again. */
const prefixes = new Map<string, Prefix>();

/**
 * The bytes of an envelope that has a type, an id, perhaps a sender, all ASCII, and nothing else beside its payload: what
 * most messages of a busy client are. Undefined for all others.
 */
export function encodeShort(envelope: Envelope, pack: (payload: unknown) => Uint8Array): Buffer | undefined {
  const { type, id, from, payload } = envelope;
  if (countFields(envelope) !== (from === undefined ? 3 : 4) || !isPlainText(id)) return undefined;
  const prefix = findPrefix(type, from);
  if (prefix === undefined) return undefined;
  const isBytes = payload instanceof Uint8Array && payload.length <= MAX_TEXT;
  const body = isBytes ? payload : pack(payload);
  const bodyBytes = isBytes ? body.length + 2 : body.length;
  const bytes = Buffer.allocUnsafe(prefix.length + textBytes(id) + 5 + bodyBytes);
  bytes.set(prefix, 0);
  let at = writeText(bytes, prefix.length, id);
  bytes[at++] = BIN32;
  bytes[at++] = bodyBytes >>> 24;
  bytes[at++] = bodyBytes >>> 16;
  bytes[at++] = bodyBytes >>> 8;
  bytes[at++] = bodyBytes;
  if (isBytes) {
    bytes[at++] = BIN8;
    bytes[at++] = body.length;
  }
  bytes.set(body, at);
  return bytes;
}

function countFields(envelope: Envelope): number {
  let count = 0;
  for (const _name in envelope) count++;
  return count;
}

function findPrefix(type: string, from: string | undefined): Uint8Array | undefined {
  const known = prefixes.get(type);
  if (known && known.from === from) return known.bytes;
  if (!isPlainText(type) || (from !== undefined && !isPlainText(from))) return undefined;
  if (prefixes.size >= MAX_KEPT) prefixes.clear();
  const sender = from === undefined ? [] : [text('from'), text(from)];
  const count = Buffer.from([from === undefined ? 0x82 : 0x83]);
  // Memory of its own: a part of Node's pool would keep all that lies beside it.
  const bytes = Uint8Array.from(Buffer.concat([count, text('type'), text(type), ...sender, text('id')]));
  prefixes.set(type, { from, bytes });
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.allocUnsafe(textBytes(value));
  writeText(bytes, 0, value);
  return bytes;
}

function textBytes({ length }: string): number {
  return length + (length > MAX_FIXED_TEXT ? 2 : 1);
}

/** Writes up to 255 letters with their header; gives where they end. */
function writeText(bytes: Uint8Array, start: number, value: string): number {
  let at = start;
  if (value.length > MAX_FIXED_TEXT) {
    bytes[at++] = 0xd9;
    bytes[at++] = value.length;
  } else {
    bytes[at++] = 0xa0 | value.length;
  }
  for (let index = 0; index < value.length; index++) bytes[at++] = value.charCodeAt(index);
  return at;
}

/** 1 to 255 letters of ASCII. */
function isPlainText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_TEXT) return false;
  for (let index = 0; index < value.length; index++) {
    if (value.charCodeAt(index) >= 0x80) return false;
  }
  return true;
}
