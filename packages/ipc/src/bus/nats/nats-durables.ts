import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { IpcError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { BusStreamStatus, ConsumeOptions } from '../bus.ts';
import { Consumer } from '../consumer.ts';
import { raceSignal } from '../race-signal.ts';
import { NatsConsumer } from './nats-consumer.ts';
import { toStoreFailure } from './nats-failure.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsLimits } from './nats-options.ts';
import { NatsPlace } from './nats-place.ts';
import { NatsStreams } from './nats-streams.ts';
import type { NatsSubjects } from './nats-subjects.ts';
import { type DurablePublish, type Placed, StreamPublisher } from './stream-publisher.ts';

export interface NatsDurablesOptions {
  readonly link: NatsLink;
  readonly manager: JetStreamManager;
  readonly subjects: NatsSubjects;
  readonly limits: NatsLimits;
  readonly logger: Logger;
}

/** The durable half of a bus on NATS. */
export class NatsDurables {
  readonly #options: NatsDurablesOptions;
  readonly #jetstream: JetStreamClient;
  readonly #streams: NatsStreams;
  readonly #publishers = new Map<string, StreamPublisher>();
  readonly #consumers = new Set<Consumer>();
  readonly #publishing = new Set<Promise<Placed>>();
  #waitingBytes = 0;

  constructor(options: NatsDurablesOptions) {
    this.#options = options;
    this.#jetstream = options.manager.jetstream();
    this.#streams = new NatsStreams(options.manager, options.subjects, options.limits);
  }

  /** Messages that JetStream has not confirmed. */
  get waiting(): number {
    return this.#publishing.size;
  }

  /** Settles when JetStream has it. Rejects at once when too much waits: `queue-full` while offline, else `store-busy`. */
  async publish(stream: string, message: DurablePublish): Promise<Placed> {
    const { link, limits } = this.#options;
    const size = message.bytes.length;
    if (this.waiting >= limits.waiting || this.#waitingBytes + size > limits.waitingBytes) {
      const code = link.state.state === 'connected' ? 'store-busy' : 'queue-full';
      const hint = 'Wait until NATS is back or has written more, or allow more: limits.waiting, limits.waitingBytes.';
      throw new IpcError(code, `${this.waiting} messages wait for NATS already: ${message.id} was not taken.`, {
        hint,
      });
    }
    const publishing = this.#publisherOf(stream).publish(message);
    this.#publishing.add(publishing);
    this.#waitingBytes += size;
    try {
      return await publishing;
    } finally {
      this.#publishing.delete(publishing);
      this.#waitingBytes -= size;
      if (this.waiting === 0) this.#publishers.clear();
    }
  }

  async consume({ stream, name, start = 'new', signal }: ConsumeOptions): Promise<Consumer> {
    const { link, manager, subjects, logger } = this.#options;
    await link.connected(signal);
    const common = { stream, name, link, subjects, manager, streams: this.#streams, jetstream: this.#jetstream };
    const place = new NatsPlace(common);
    const ackedSeq = await this.#claim(place, { stream, start });
    const taken = Promise.withResolvers<void>();
    const unwatch = place.watch(taken.resolve);
    const consumer = new Consumer({
      stream,
      name,
      signal,
      logger,
      engine: new NatsConsumer({ ...common, place, ackedSeq }),
      release: (each) => {
        this.#consumers.delete(each);
        unwatch();
      },
    });
    this.#consumers.add(consumer);
    void taken.promise.then(() =>
      consumer.fail(new IpcError('consumer-taken', `${name} of ${stream} was opened elsewhere.`)),
    );
    return consumer;
  }

  async listStreams(): Promise<readonly BusStreamStatus[]> {
    return raceSignal(this.#streams.list(), this.#options.link.lost);
  }

  /** Settles when nothing waits. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#publishing);
  }

  end(): void {
    for (const consumer of this.#consumers) consumer.end();
    for (const publisher of this.#publishers.values()) {
      publisher.rejectAll(new IpcError('closed', 'The bus was closed before NATS confirmed this message.'));
    }
  }

  async #claim(place: NatsPlace, { stream, start }: Pick<ConsumeOptions, 'stream' | 'start'>): Promise<number> {
    try {
      await raceSignal(this.#streams.ensure(stream), this.#options.link.lost);
      const { state } = await raceSignal(this.#streams.info(stream), this.#options.link.lost);
      return await place.claim(state.last_seq, () => startSeq(start, state.last_seq));
    } catch (error) {
      throw toStoreFailure(error, `the stream ${stream}`) ?? error;
    }
  }

  #publisherOf(stream: string): StreamPublisher {
    const known = this.#publishers.get(stream);
    if (known !== undefined) return known;
    const publisher = new StreamPublisher({
      stream,
      link: this.#options.link,
      streams: this.#streams,
      jetstream: this.#jetstream,
      duplicateWindowMs: this.#options.limits.duplicateWindowMs,
    });
    this.#publishers.set(stream, publisher);
    return publisher;
  }
}

function startSeq(start: ConsumeOptions['start'], lastSeq: number): number {
  if (start === 'all') return 0;
  return typeof start === 'object' ? Math.max(0, Math.min(start.seq - 1, lastSeq)) : lastSeq;
}
