import { isUtf8 } from 'node:buffer';
import { ByteStrings, isAscii, readText } from './byte-strings.ts';
import { findHeadField, HEAD_FIELDS, headField } from './head-fields.ts';
import { HeadShape } from './head-shape.ts';
import {
  byteAt,
  type Bounded,
  malformed,
  mapCountWidth,
  skipValue,
  stringEnd,
  stringHeader,
  uintAt,
} from './msgpack-scan.ts';

/** Bytes of a head that a client may send: a relay reads every head, and nobody's may cost it more than this. */
export const MAX_HEAD_BYTES = 4096;
/** Bytes of a head that may arrive: what a relay adds must not make a message unreadable. */
export const MAX_RELAYED_HEAD_BYTES = 2 * MAX_HEAD_BYTES;
const MAX_TYPE_LENGTH = 512;
const MAX_ID_LENGTH = 256;
const ABSENT = -1;
const NOTHING = Buffer.alloc(0);

export interface SkimOptions {
  /** @default 4096 */
  readonly maxHeadBytes?: number | undefined;
  /** What skimmers share that see the same types and clients. @default some of its own */
  readonly caches?: SkimCaches | undefined;
}

/** Strings that heads have again and again. */
export interface SkimCaches {
  readonly types: ByteStrings;
  readonly peers: ByteStrings;
}

/** Caches for skimmers to share. */
export function createSkimCaches(): SkimCaches {
  return { types: new ByteStrings(), peers: new ByteStrings() };
}

/**
 * Walks over the messages of a binary frame, reads their heads and leaves their bodies alone. One skimmer serves any
 * number of frames, one after the other; after each `next()` its fields describe one message and are overwritten by the
 * following. Nothing is allocated for a type that was seen lately; ids and the rest become strings when asked for.
 */
export class FrameSkimmer {
  /** The message's type. */
  type = '';
  /** Offsets in the frame: the message is `start` to `end`, its head `start` to `headEnd`, its packed payload `bodyStart` to `end`. */
  start = 0;
  headEnd = 0;
  bodyStart = 0;
  end = 0;
  /** Whether the head has fields that the protocol does not know. */
  hasOthers = false;
  readonly #caches: SkimCaches;
  readonly #last = new HeadShape();
  /** Where the value of each known field begins, counted from `start`; ABSENT when the head lacks it. */
  readonly #values = new Int32Array(HEAD_FIELDS);
  readonly #maxHeadBytes: number;
  readonly #source: { bytes: Buffer; limit: number } = { bytes: NOTHING, limit: 0 };
  #bytes: Buffer = NOTHING;
  #from: string | undefined;
  #isFromKnown = false;

  constructor({ maxHeadBytes = MAX_HEAD_BYTES, caches = createSkimCaches() }: SkimOptions = {}) {
    this.#maxHeadBytes = maxHeadBytes;
    this.#caches = caches;
  }

  /** Begins a frame. It must not be written to while it is skimmed. */
  open(frame: Uint8Array): void {
    this.#bytes = Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#source.bytes = this.#bytes;
    this.start = 0;
    this.end = 0;
  }

  /** False at the end of the frame. Throws `malformed` for what is no message; those before it were good. */
  next(): boolean {
    const start = this.end;
    this.start = start;
    if (start >= this.#bytes.length) {
      // An idle session must not hold its last frame.
      this.open(NOTHING);
      return false;
    }
    if (this.#last.isLike(this.#bytes, start)) this.headEnd = start + this.#last.length;
    else this.#readNewHead();
    this.#source.limit = this.#bytes.length;
    this.#readBody();
    return true;
  }

  get id(): string {
    return this.#text(headField.id) ?? '';
  }

  /** The client that the message is for, when it is for one. */
  get to(): string | undefined {
    return this.#peer(headField.to);
  }

  /** The client that says it sent the message. */
  get from(): string | undefined {
    // Heads of the same shape have the same sender.
    if (!this.#isFromKnown) {
      this.#from = this.#peer(headField.from);
      this.#isFromKnown = true;
    }
    return this.#from;
  }

  get stream(): string | undefined {
    return this.#text(headField.stream);
  }

  get seq(): number | undefined {
    const at = this.#at(headField.seq);
    return at === ABSENT ? undefined : readSeq(this.#bytes, at);
  }

  get timestamp(): string | undefined {
    return this.#text(headField.timestamp);
  }

  get expectsResponse(): boolean {
    return this.#isTrue(headField.expect_response);
  }

  get isCompressed(): boolean {
    return this.#isTrue(headField.payload_compressed);
  }

  /** Whether the head has credentials, which are no one else's business: see `appendHeadFields`. */
  get hasAuth(): boolean {
    return this.#at(headField.auth) !== ABSENT;
  }

  /** Whether the head has nothing that a relay would have to act on: no receiver, no request, no credentials, no place. */
  get isPlain(): boolean {
    const values = this.#values;
    return (
      values[headField.to] === ABSENT &&
      values[headField.auth] === ABSENT &&
      values[headField.stream] === ABSENT &&
      values[headField.seq] === ABSENT &&
      values[headField.expect_response] === ABSENT
    );
  }

  #readNewHead(): void {
    this.#last.forget();
    this.#isFromKnown = false;
    this.#source.limit = Math.min(this.#bytes.length, this.start + this.#maxHeadBytes);
    this.headEnd = this.#readHead(this.#source);
    this.#source.limit = this.#bytes.length;
    this.type = this.#checkType();
    const idAt = this.#checkId();
    this.#last.remember(this.#bytes, this.start, {
      headEnd: this.headEnd,
      idStart: idAt + stringHeader(this.#bytes[idAt] ?? 0),
      idEnd: stringEnd(this.#source, idAt),
    });
  }

  #readHead(source: Bounded): number {
    this.#values.fill(ABSENT);
    this.hasOthers = false;
    const tag = byteAt(source, this.start);
    const width = mapCountWidth(tag);
    if (width < 0) malformed('A frame has something else where a head belongs.');
    let at = this.start + 1 + width;
    const count = width === 0 ? tag & 0x0f : uintAt(source, this.start + 1, width);
    for (let left = count; left > 0; left--) at = this.#readField(source, at);
    return at;
  }

  #readField(source: Bounded, at: number): number {
    const keyEnd = stringEnd(source, at);
    const keyStart = at + stringHeader(byteAt(source, at));
    const field = findHeadField(source.bytes, keyStart, keyEnd);
    if (field < 0) {
      // Decoders that read broken UTF-8 in their own way could see a known name here.
      if (!isText(source.bytes, keyStart, keyEnd)) malformed('A head has a field name that is not UTF-8.');
      this.hasOthers = true;
      return skipValue(source, keyEnd);
    }
    // Of two equal names one reader would believe the first, and another the last.
    if (this.#values[field] !== ABSENT) malformed('A head has a field twice.');
    this.#values[field] = keyEnd - this.start;
    return readKnownValue(source, field, keyEnd);
  }

  #checkType(): string {
    const at = this.#at(headField.type);
    if (at === ABSENT) malformed('A head lacks its type.');
    const start = at + stringHeader(this.#bytes[at] ?? 0);
    const type = this.#caches.types.get(this.#bytes, start, stringEnd(this.#source, at));
    if (type.length < 1 || type.length > MAX_TYPE_LENGTH) {
      malformed(`A type has ${type.length} characters instead of 1 to ${MAX_TYPE_LENGTH}.`);
    }
    return type;
  }

  /** Gives where the id stands. */
  #checkId(): number {
    const at = this.#at(headField.id);
    if (at === ABSENT) malformed('A head lacks its id.');
    const length = stringEnd(this.#source, at) - at - stringHeader(this.#bytes[at] ?? 0);
    if (length === 0 || (length > MAX_ID_LENGTH && this.id.length > MAX_ID_LENGTH)) {
      malformed(`An id has no or more than ${MAX_ID_LENGTH} characters.`);
    }
    return at;
  }

  #readBody(): void {
    const tag = byteAt(this.#source, this.headEnd);
    if (tag < 0xc4 || tag > 0xc6) malformed('A frame has a head without a body.');
    const width = 1 << (tag - 0xc4);
    const length = uintAt(this.#source, this.headEnd + 1, width);
    this.bodyStart = this.headEnd + 1 + width;
    this.end = this.bodyStart + length;
    if (length === 0 || this.end > this.#bytes.length) malformed('A body is empty or cut off.');
  }

  #at(field: number): number {
    const at = this.#values[field] ?? ABSENT;
    return at === ABSENT ? ABSENT : this.start + at;
  }

  #isTrue(field: number): boolean {
    const at = this.#at(field);
    return at !== ABSENT && this.#bytes[at] === 0xc3;
  }

  /** Of a handful of clients again and again. */
  #peer(field: number): string | undefined {
    const at = this.#at(field);
    if (at === ABSENT) return undefined;
    return this.#caches.peers.get(this.#bytes, at + stringHeader(this.#bytes[at] ?? 0), stringEnd(this.#source, at));
  }

  #text(field: number): string | undefined {
    const at = this.#at(field);
    if (at === ABSENT) return undefined;
    return readText(this.#bytes, at + stringHeader(this.#bytes[at] ?? 0), stringEnd(this.#source, at));
  }
}

/** The offset behind the value of a known field. Throws `malformed` when it is of another kind than the field. */
function readKnownValue(source: Bounded, field: number, at: number): number {
  switch (field) {
    case headField.seq:
      return checkSeq(source, at);
    case headField.expect_response:
    case headField.payload_compressed:
      return checkBoolean(source, at);
    case headField.auth:
      return skipValue(source, at);
    case headField.payload:
      return malformed('A head has a payload: it belongs in the body.');
    default:
      return checkText(source, at);
  }
}

function checkText(source: Bounded, at: number): number {
  const end = stringEnd(source, at);
  if (!isText(source.bytes, at + stringHeader(byteAt(source, at)), end))
    malformed('A head has text that is not UTF-8.');
  return end;
}

function checkBoolean(source: Bounded, at: number): number {
  const tag = byteAt(source, at);
  if (tag !== 0xc2 && tag !== 0xc3) malformed('A head has something else where true or false belongs.');
  return at + 1;
}

function checkSeq(source: Bounded, at: number): number {
  const tag = byteAt(source, at);
  const isNumber = tag < 0x80 || (tag >= 0xcc && tag <= 0xcf) || tag === 0xcb;
  if (!isNumber) malformed('A head has a seq that is no number.');
  const end = skipValue(source, at);
  const seq = readSeq(source.bytes, at);
  if (!Number.isSafeInteger(seq) || seq < 0) malformed('A head has a seq that is no whole number, or a huge one.');
  return end;
}

function readSeq(bytes: Buffer, at: number): number {
  const tag = bytes[at] ?? 0;
  if (tag < 0x80) return tag;
  if (tag === 0xcb) return bytes.readDoubleBE(at + 1);
  return tag === 0xcf ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, 1 << (tag - 0xcc));
}

function isText(bytes: Buffer, start: number, end: number): boolean {
  return isAscii(bytes, start, end) || isUtf8(bytes.subarray(start, end));
}
