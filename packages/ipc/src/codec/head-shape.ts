/** Longer heads are rare, and are read anew each time. */
const MAX_BYTES = 512;

interface Place {
  readonly headEnd: number;
  /** Where the text of the id begins and ends. */
  readonly idStart: number;
  readonly idEnd: number;
}

/**
 * The head that was read last. Messages of one sender on one subject have heads that differ in their ids alone: such a
 * head is recognised by comparing bytes, and need not be read again.
 */
export class HeadShape {
  readonly #bytes = new Uint8Array(MAX_BYTES);
  #length = 0;
  #idStart = 0;
  #idEnd = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps a copy of a head that was found good. */
  remember(bytes: Uint8Array, start: number, { headEnd, idStart, idEnd }: Place): void {
    const length = headEnd - start;
    if (length > MAX_BYTES) return;
    for (let index = 0; index < length; index++) this.#bytes[index] = bytes[start + index] ?? 0;
    this.#length = length;
    this.#idStart = idStart - start;
    this.#idEnd = idEnd - start;
  }

  forget(): void {
    this.#length = 0;
  }

  /** Whether the head at `start` is the same but for the letters of its id, which are as many, and ASCII. */
  isLike(bytes: Uint8Array, start: number): boolean {
    const length = this.#length;
    if (length === 0 || start + length > bytes.length) return false;
    return (
      this.#isSame(bytes, start, 0, this.#idStart) &&
      isAsciiPart(bytes, start + this.#idStart, start + this.#idEnd) &&
      this.#isSame(bytes, start, this.#idEnd, length)
    );
  }

  #isSame(bytes: Uint8Array, start: number, from: number, to: number): boolean {
    const known = this.#bytes;
    for (let index = from; index < to; index++) {
      if (known[index] !== bytes[start + index]) return false;
    }
    return true;
  }
}

function isAsciiPart(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if ((bytes[index] ?? 0x80) >= 0x80) return false;
  }
  return true;
}
