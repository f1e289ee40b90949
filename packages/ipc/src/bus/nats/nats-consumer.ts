import { setTimeout as sleep } from 'node:timers/promises';
import { type ConsumerMessages, DeliverPolicy, type JetStreamClient } from '@nats-io/jetstream';
import { raceSignal } from '../race-signal.ts';
import type { ConsumedMessage, ConsumerEngine } from '../consumer.ts';
import { toStoreFailure } from './nats-failure.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsPlace } from './nats-place.ts';
import type { NatsStreams } from './nats-streams.ts';
import type { NatsSubjects } from './nats-subjects.ts';

const RETRY_MS = 100;
const HEARTBEAT_MS = 5000;

export interface NatsConsumerOptions {
  readonly stream: string;
  readonly ackedSeq: number;
  readonly place: NatsPlace;
  readonly link: NatsLink;
  readonly streams: NatsStreams;
  readonly subjects: NatsSubjects;
  readonly jetstream: JetStreamClient;
}

/** Reads a stream in order from a place, over any number of connections. */
export class NatsConsumer implements ConsumerEngine {
  readonly ackedSeq: number;
  readonly #options: NatsConsumerOptions;
  #lastSeq: number;

  constructor(options: NatsConsumerOptions) {
    this.#options = options;
    this.ackedSeq = options.ackedSeq;
    this.#lastSeq = options.ackedSeq;
  }

  async *read(signal: AbortSignal): AsyncGenerator<ConsumedMessage> {
    const { link, streams, stream } = this.#options;
    while (!signal.aborted) {
      await link.connected(signal);
      const until = AbortSignal.any([signal, link.lost]);
      try {
        await raceSignal(streams.ensure(stream), until);
        yield* this.#readUntil(until);
      } catch (error) {
        if (signal.aborted) return;
        const failure = toStoreFailure(error, `reading the stream ${stream}`);
        if (failure !== undefined && !until.aborted) throw failure;
        streams.forget(stream);
        await sleep(RETRY_MS);
      }
    }
  }

  async save(seq: number): Promise<void> {
    await this.#options.place.save(seq);
  }

  /** One connection's worth: what was on its way when it was lost is asked for again by the next. */
  async *#readUntil(signal: AbortSignal): AsyncGenerator<ConsumedMessage> {
    const messages = await raceSignal(this.#open(), signal);
    const stop = (): void => messages.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const { seq, subject, data } of messages) {
        if (signal.aborted) return;
        if (seq <= this.#lastSeq) continue;
        this.#lastSeq = seq;
        yield { seq, subject: this.#options.subjects.parse(subject)?.subject ?? subject, bytes: data };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  async #open(): Promise<ConsumerMessages> {
    const { subjects, stream, jetstream } = this.#options;
    const consumer = await jetstream.consumers.get(subjects.stream(stream).name, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#lastSeq + 1,
    });
    return consumer.consume({ max_messages: 100, expires: 30_000, idle_heartbeat: HEARTBEAT_MS });
  }
}
