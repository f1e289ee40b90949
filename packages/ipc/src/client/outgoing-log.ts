import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { MessageStore } from '../store/message-store.ts';
import { openMessageStore } from '../store/open-message-store.ts';
import { toTimestamp } from '../store/timestamp.ts';

const STREAM = 'outgoing';

/** Where a message lies in the log. */
export interface LogPlace {
  readonly seq: number;
  readonly receivedAt: number;
}

export interface OpenOutgoingLogOptions {
  readonly directory: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly workerUrl?: URL | undefined;
}

/** Messages on their way out that survive this process: a message store of the client's own. */
export class OutgoingLog implements AsyncDisposable {
  readonly #store: MessageStore;
  /** Not confirmed yet, oldest first. */
  readonly #open = new Map<number, LogPlace>();
  readonly #confirmed = new Set<number>();

  private constructor(store: MessageStore) {
    this.#store = store;
  }

  /** Rejects with `store-locked` while another process sends from there. */
  static async open({ directory, maxMessages, maxBytes, workerUrl }: OpenOutgoingLogOptions): Promise<OutgoingLog> {
    // The bounds are the publisher's: here nothing may be dropped.
    const limits = { messagesPerStream: 2 * maxMessages + 1000, totalBytes: 4 * maxBytes + 10_000_000, ageMs: 1e13 };
    return new OutgoingLog(await openMessageStore({ directory, limits, workerUrl }));
  }

  /** What an earlier process left. Call it once, before `append`. */
  async readLeft(): Promise<readonly { readonly envelope: Envelope; readonly place: LogPlace }[]> {
    const found: { envelope: Envelope; place: LogPlace }[] = [];
    const { pages } = await this.#store.replay({ stream: STREAM });
    for await (const page of pages) {
      for (const { bytes, seq, receivedAt } of page) {
        const place = { seq, receivedAt };
        this.#open.set(seq, place);
        decodeFrame(bytes, (envelope) => found.push({ envelope, place }));
      }
    }
    return found;
  }

  /** On the disk when it settles. */
  async append(envelope: Envelope): Promise<LogPlace> {
    const { id, type } = envelope;
    const [place] = await this.#store.append([{ stream: STREAM, id, type, bytes: binaryCodec.encode(envelope) }]);
    if (!place) throw new RangeError('A store gave no place for a message.');
    if (!place.isDuplicate) this.#open.set(place.seq, place);
    return place;
  }

  /** The message need not be sent again. */
  async confirm({ seq }: LogPlace): Promise<void> {
    if (!this.#open.has(seq)) return;
    this.#confirmed.add(seq);
    let last: LogPlace | undefined;
    for (const [open, place] of this.#open) {
      if (!this.#confirmed.delete(open)) break;
      this.#open.delete(open);
      last = place;
    }
    // Acknowledging takes all that came before as well.
    if (last) await this.#store.acknowledge(STREAM, toTimestamp(last.receivedAt));
  }

  /** The daemon will never take it: set aside, with the reason. */
  async refuse(place: LogPlace, reason: string): Promise<void> {
    await this.#store.moveToDeadLetters({ stream: STREAM, seq: place.seq, reason });
    await this.confirm(place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }
}
