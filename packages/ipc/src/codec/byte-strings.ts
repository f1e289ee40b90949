import { isUtf8 } from 'node:buffer';
import { malformed } from './msgpack-scan.ts';

const SLOTS = 256;
/** Longer ones are rare, and would make the table hold more than it saves. */
const MAX_KEPT = 64;

interface Kept {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Turns bytes into strings, the same string for the same bytes while they come often. Holds at most 256 of 64 bytes. */
export class ByteStrings {
  readonly #slots = Array.from<Kept | undefined>({ length: SLOTS });
  #last: Kept = { bytes: new Uint8Array(0), text: '' };

  /** Throws `malformed` when the bytes are not UTF-8. */
  get(bytes: Buffer, start: number, end: number): string {
    if (isSame(this.#last.bytes, bytes, start, end)) return this.#last.text;
    if (end - start > MAX_KEPT) return readText(bytes, start, end);
    const slot = hash(bytes, start, end) & (SLOTS - 1);
    const known = this.#slots[slot];
    this.#last = known && isSame(known.bytes, bytes, start, end) ? known : this.#keep(slot, bytes.subarray(start, end));
    return this.#last.text;
  }

  #keep(slot: number, part: Buffer): Kept {
    // A copy: a slice would keep its whole frame in memory.
    const kept = { bytes: Uint8Array.from(part), text: readText(part, 0, part.length) };
    this.#slots[slot] = kept;
    return kept;
  }
}

/** The text in `bytes`. Throws `malformed` when it is not UTF-8: readers must not disagree about what it says. */
export function readText(bytes: Buffer, start: number, end: number): string {
  if (isAscii(bytes, start, end)) return bytes.toString('latin1', start, end);
  if (!isUtf8(bytes.subarray(start, end))) malformed('A head has text that is not UTF-8.');
  return bytes.toString('utf8', start, end);
}

/** Whether each byte is a character of its own. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if ((bytes[index] ?? 0) >= 0x80) return false;
  }
  return true;
}

function isSame(kept: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let index = 0; index < kept.length; index++) {
    if (kept[index] !== bytes[start + index]) return false;
  }
  return true;
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let index = start; index < end; index++) value = Math.imul(value ^ (bytes[index] ?? 0), 0x01000193);
  return value ^ (value >>> 15);
}
