import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import type { Codec, Sendable } from '../codec/codec.ts';
import { IpcError } from '../errors.ts';
import { FrameSkimmer, MAX_RELAYED_HEAD_BYTES } from '../codec/skim-frame.ts';

/** Messages in a row that have the same receivers: passed on as they came, decoded once if somebody reads text. */
export class Relayed implements Sendable {
  /** In the binary codec. */
  readonly bytes: Buffer;
  #text: Buffer | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  encodedBy(codec: Codec): Buffer {
    if (codec === binaryCodec) return this.bytes;
    this.#text ??= this.#decode(codec);
    return this.#text;
  }

  /** How many messages of each type or subject it holds. */
  countByType(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { type } of this.#skim()) counts.set(type, (counts.get(type) ?? 0) + 1);
    return counts;
  }

  /** Its messages one by one. */
  split(): readonly Relayed[] {
    return [...this.#skim()].map(({ start, end }) => new Relayed(this.bytes.subarray(start, end)));
  }

  /** Bodies were not looked at: one that makes no sense is not told as text, and keeps none of the others back. */
  #decode(codec: Codec): Buffer {
    const lines: Buffer[] = [];
    for (const { start, end } of this.#skim()) {
      try {
        decodeFrame(this.bytes.subarray(start, end), (envelope) => lines.push(codec.encode(envelope)));
      } catch (problem) {
        if (!(problem instanceof IpcError)) throw problem;
      }
    }
    return Buffer.concat(lines);
  }

  *#skim(): Generator<{ readonly type: string; readonly start: number; readonly end: number }> {
    const skimmer = new FrameSkimmer({ maxHeadBytes: MAX_RELAYED_HEAD_BYTES });
    skimmer.open(this.bytes);
    while (skimmer.next()) yield { type: skimmer.type, start: skimmer.start, end: skimmer.end };
  }
}
