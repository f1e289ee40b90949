import { IpcError } from '../errors.ts';

const NEWLINE = 0x0a;

/** Cuts a byte stream into lines, whatever its chunks. Holds at most `maxLineBytes`. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Calls back for each line that `chunk` completes, without its newline. Throws `too-large` for a line above the limit. */
  push(chunk: Uint8Array, onLine: (line: Uint8Array) => void): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      onLine(this.#take());
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#pendingBytes += part.length;
    if (this.#pendingBytes > this.#maxLineBytes) {
      throw new IpcError('too-large', `A line is longer than ${this.#maxLineBytes} bytes.`);
    }
    this.#pending.push(part);
  }

  #take(): Uint8Array {
    const [only] = this.#pending;
    const line = this.#pending.length === 1 && only ? only : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }
}
