import { appendHeadFields, type HeadFields } from '../codec/append-head-fields.ts';
import { decodeFrame } from '../codec/binary-codec.ts';
import type { FrameSkimmer } from '../codec/skim-frame.ts';
import type { Envelope } from '../protocol/envelope.ts';

/** One message of a client that is more than a slice to pass on: its head is read, its body when somebody asks. */
export class Incoming {
  readonly type: string;
  readonly id: string;
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly expectsResponse: boolean;
  readonly hasAuth: boolean;
  readonly #isPlaced: boolean;
  readonly #bytes: Buffer;
  readonly #headBytes: number;
  #envelope: Envelope | undefined;

  constructor(skimmer: FrameSkimmer, frame: Buffer) {
    this.type = skimmer.type;
    this.id = skimmer.id;
    this.to = skimmer.to;
    this.from = skimmer.from;
    this.expectsResponse = skimmer.expectsResponse;
    this.hasAuth = skimmer.hasAuth;
    this.#isPlaced = skimmer.stream !== undefined || skimmer.seq !== undefined;
    this.#bytes = frame.subarray(skimmer.start, skimmer.end);
    this.#headBytes = skimmer.headEnd - skimmer.start;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Decoded at the first call. */
  get envelope(): Envelope {
    this.#envelope ??= decodeOne(this.#bytes);
    return this.#envelope;
  }

  /** To pass on: says truly who sent it, and nothing that only the daemon may say. The same bytes if they do already. */
  stampedBy(from: string, id = this.id): Buffer {
    const isRight = this.from === from && id === this.id && !this.hasAuth && !this.#isPlaced;
    if (isRight) return this.#bytes;
    const fields: HeadFields = { from, auth: undefined, stream: undefined, seq: undefined };
    return withFields(this.#bytes, this.#headBytes, id === this.id ? fields : { ...fields, id });
  }
}

/** A stored message with its place in the head. */
export function placeIn(bytes: Buffer, headBytes: number, { stream, seq }: { stream: string; seq: number }): Buffer {
  return withFields(bytes, headBytes, { stream, seq });
}

/** The only message in `bytes`. */
export function decodeOne(bytes: Uint8Array): Envelope {
  const found: Envelope[] = [];
  decodeFrame(bytes, (envelope) => found.push(envelope));
  const [envelope] = found;
  if (!envelope) throw new RangeError('No message in these bytes.');
  return envelope;
}

function withFields(bytes: Buffer, headBytes: number, fields: HeadFields): Buffer {
  return Buffer.concat([appendHeadFields(bytes.subarray(0, headBytes), fields), bytes.subarray(headBytes)]);
}
