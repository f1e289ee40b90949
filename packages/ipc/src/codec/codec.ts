import type { Envelope } from '../protocol/envelope.ts';

/** Writes one envelope as bytes. What several encoded envelopes make in a row is the codec's frame. */
export interface Codec {
  encode(envelope: Envelope): Buffer;
}

/** What links send: one message or several in a row, as bytes of either encoding. */
export interface Sendable {
  /** The same bytes at each call: they are shared by all receivers and must not be written to. */
  encodedBy(codec: Codec): Buffer;
}

/** A message on its way out: encoded at most once per codec, however many receivers it has. */
export class OutgoingMessage implements Sendable {
  readonly envelope: Envelope;
  readonly #encoded = new Map<Codec, Buffer>();

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }

  encodedBy(codec: Codec): Buffer {
    const known = this.#encoded.get(codec);
    if (known) return known;
    const bytes = codec.encode(this.envelope);
    this.#encoded.set(codec, bytes);
    return bytes;
  }
}
