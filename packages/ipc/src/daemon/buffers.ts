import { decodeOne } from './incoming.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { MessageStore, NewMessage, Replay, Stored, StoredMessage } from '../store/message-store.ts';
import { toTimestamp } from '../store/timestamp.ts';
import { placeStored } from './consumer-pump.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { DurableConsumers } from './durable-consumers.ts';
import type { Exchange } from './exchange.ts';
import { Relayed } from './relayed.ts';

export interface BuffersOptions {
  readonly store: MessageStore;
  readonly exchange: Exchange;
  readonly consumers: DurableConsumers;
  readonly replayBytes: number;
  /** There is a new message in a stream. */
  readonly onKept: (stream: string) => void;
}

/** What a durable message is answered with. */
export interface Receipt {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** Durable messages: on the disk before they are answered, then live to who is there; replayed until acknowledged. */
export class Buffers {
  readonly #options: BuffersOptions;
  readonly #writing = new Set<Promise<unknown>>();

  constructor(options: BuffersOptions) {
    this.#options = options;
  }

  /** Settles when it is on the disk. `onKept` is called before anybody gets it. */
  async keep(message: NewMessage, onKept?: (receipt: Receipt) => void): Promise<Receipt> {
    const [receipt] = await this.keepAll([message], onKept);
    if (!receipt) throw new WireFailure('STORE_FAILED', 'The store kept nothing.');
    return receipt;
  }

  /** The same for several: all of them are kept, or none. */
  async keepAll(messages: readonly NewMessage[], onKept?: (receipt: Receipt) => void): Promise<readonly Receipt[]> {
    const writing = this.#options.store.append(messages);
    this.#writing.add(writing);
    try {
      const stored = await writing;
      return messages.flatMap((message, index) => {
        const place = stored[index];
        return place ? [this.#tell({ ...message, ...place }, onKept)] : [];
      });
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Waits for all that is on its way to the disk. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  async replay(session: DaemonSession, { taskspace_id: stream, since }: PayloadOf<'buffer_replay'>): Promise<object> {
    checkTaskspace(session, stream);
    const replay = await this.#options.store.replay({ stream, since });
    const { messages, last } = await this.#collect(session, replay);
    if (last === undefined) return { messages, replay_timestamp: replay.replayTimestamp };
    return { messages, replay_timestamp: toTimestamp(last), has_more: true };
  }

  async acknowledge(
    session: DaemonSession,
    { taskspace_id: stream, replay_timestamp }: PayloadOf<'buffer_acknowledge'>,
  ): Promise<object> {
    checkTaskspace(session, stream);
    return { acknowledged: await this.#options.store.acknowledge(stream, replay_timestamp) };
  }

  #tell(message: StoredMessage & Stored, onKept: ((receipt: Receipt) => void) | undefined): Receipt {
    const { stream, seq, isDuplicate } = message;
    const receipt = { stream, seq, duplicate: isDuplicate };
    onKept?.(receipt);
    if (isDuplicate) return receipt;
    this.#options.exchange.metrics.durableAppends.add(1);
    this.#broadcast(message);
    this.#options.onKept(stream);
    return receipt;
  }

  #broadcast(stored: StoredMessage): void {
    const { exchange, consumers } = this.#options;
    const { stream, seq, type } = stored;
    const run = new Relayed(placeStored(stored));
    consumers.offer({ stream, seq, type, run });
    exchange.deliver(exchange.match(type), run, 1, stream);
  }

  /** As much as one answer holds. `last` is the time of the last one when there is more. */
  async #collect(
    session: DaemonSession,
    { pages }: Replay,
  ): Promise<{ messages: Envelope[]; last: number | undefined }> {
    const messages: Envelope[] = [];
    let bytes = 0;
    let last: number | undefined;
    for await (const page of pages) {
      for (const message of page) {
        bytes += message.bytes.length;
        if (bytes > this.#options.replayBytes && last !== undefined) return { messages, last };
        last = message.receivedAt;
        if (session.sees(message.stream)) messages.push(decodeOne(placeStored(message)));
      }
    }
    return { messages, last: undefined };
  }
}

function checkTaskspace(session: DaemonSession, taskspace: string | undefined): void {
  if (taskspace === undefined || session.sees(taskspace)) return;
  throw new WireFailure('AUTHENTICATION_FAILED', `The taskspace ${taskspace} is not this client's.`);
}
