import { IpcError } from '../errors.ts';

const MAX_DEPTH = 16;

/** Always throws. A function of its own: the readers below stay small enough to be inlined. */
export function malformed(what: string): never {
  throw new IpcError('malformed', what);
}

/** A stretch of bytes that is read up to `limit`, and no byte further. */
export interface Bounded {
  readonly bytes: Buffer;
  readonly limit: number;
}

/** The byte at `at`. Throws `malformed` at the limit. */
export function byteAt({ bytes, limit }: Bounded, at: number): number {
  if (at >= limit) malformed('A message is cut off, or its head is too long.');
  return bytes[at] ?? 0;
}

/** A big-endian number of 1, 2 or 4 bytes. Throws `malformed` at the limit. */
export function uintAt(source: Bounded, at: number, width: number): number {
  if (at + width > source.limit) malformed('A message is cut off, or its head is too long.');
  let value = 0;
  for (let index = at; index < at + width; index++) value = value * 256 + (source.bytes[index] ?? 0);
  return value;
}

/** Bytes of a string's own header at `at`, and 0 for what is no string: a string of no bytes has a header too. */
export function stringHeader(tag: number): number {
  if (tag >= 0xa0 && tag <= 0xbf) return 1;
  if (tag === 0xd9) return 2;
  if (tag === 0xda) return 3;
  return tag === 0xdb ? 5 : 0;
}

/** Where the string at `at` ends. Throws `malformed` when it is no string or does not fit. */
export function stringEnd(source: Bounded, at: number): number {
  const tag = byteAt(source, at);
  const header = stringHeader(tag);
  if (header === 0) malformed('A head has something else where text belongs.');
  const length = header === 1 ? tag & 0x1f : uintAt(source, at + 1, header - 1);
  const end = at + header + length;
  if (end > source.limit) malformed('A message is cut off, or its head is too long.');
  return end;
}

/** Width of the count after a map's tag: 0 is a count in the tag itself, -1 is no map. */
export function mapCountWidth(tag: number): number {
  if (tag >= 0x80 && tag <= 0x8f) return 0;
  if (tag === 0xde) return 2;
  return tag === 0xdf ? 4 : -1;
}

/** The offset behind the value at `at`. Throws `malformed` for extension types, and for nesting deeper than 16. */
export function skipValue(source: Bounded, at: number, depth = 0): number {
  const tag = byteAt(source, at);
  if (tag < 0x80 || tag >= 0xe0) return at + 1;
  if (stringHeader(tag) > 0) return stringEnd(source, at);
  const fixed = scalarWidth(tag);
  if (fixed >= 0) return skipBytes(source, at + 1, fixed);
  if (tag >= 0xc4 && tag <= 0xc6) return skipBinary(source, at);
  return skipContainer(source, at, depth);
}

/** Bytes behind the tag of nil, booleans and numbers; -1 for anything else. */
function scalarWidth(tag: number): number {
  if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return 0;
  if (tag >= 0xcc && tag <= 0xcf) return 1 << (tag - 0xcc);
  if (tag >= 0xd0 && tag <= 0xd3) return 1 << (tag - 0xd0);
  if (tag === 0xca) return 4;
  return tag === 0xcb ? 8 : -1;
}

function skipBinary(source: Bounded, at: number): number {
  const width = 1 << (byteAt(source, at) - 0xc4);
  return skipBytes(source, at + 1 + width, uintAt(source, at + 1, width));
}

function skipBytes({ limit }: Bounded, at: number, count: number): number {
  const end = at + count;
  if (end > limit) malformed('A message is cut off, or its head is too long.');
  return end;
}

function skipContainer(source: Bounded, at: number, depth: number): number {
  if (depth >= MAX_DEPTH) malformed(`A head nests deeper than ${MAX_DEPTH}.`);
  const tag = byteAt(source, at);
  const mapWidth = mapCountWidth(tag);
  const width = mapWidth >= 0 ? mapWidth : arrayCountWidth(tag);
  if (width < 0) malformed('A head has a value of an extension type.');
  const count = width === 0 ? tag & 0x0f : uintAt(source, at + 1, width);
  let next = at + 1 + width;
  // A count that lies ends at the limit, not after four billion turns.
  for (let left = count; left > 0; left--) {
    // Names are text here too: there are decoders that refuse others, and with them everything else in the frame.
    next = skipValue(source, mapWidth >= 0 ? stringEnd(source, next) : next, depth + 1);
  }
  return next;
}

function arrayCountWidth(tag: number): number {
  if (tag >= 0x90 && tag <= 0x9f) return 0;
  if (tag === 0xdc) return 2;
  return tag === 0xdd ? 4 : -1;
}
