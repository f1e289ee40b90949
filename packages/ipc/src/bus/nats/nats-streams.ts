import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { BusStreamStatus } from '../bus.ts';
import type { NatsLimits } from './nats-options.ts';
import type { NatsSubjects } from './nats-subjects.ts';

const NAME_IN_USE = 10058;

/** The streams of JetStream that stand for ours: one each, so that numbers, limits and ids are those of one stream. */
export class NatsStreams {
  readonly #manager: JetStreamManager;
  readonly #subjects: NatsSubjects;
  readonly #limits: NatsLimits;
  readonly #made = new Map<string, Promise<void>>();

  constructor(manager: JetStreamManager, subjects: NatsSubjects, limits: NatsLimits) {
    this.#manager = manager;
    this.#subjects = subjects;
    this.#limits = limits;
  }

  /** Makes the stream, the first time. One that is there with other limits is taken as it is. */
  async ensure(stream: string): Promise<void> {
    const { name, subjects } = this.#subjects.stream(stream);
    const { messagesPerStream, ageMs, bytesPerStream, duplicateWindowMs } = this.#limits;
    await this.#make(name, {
      subjects: [subjects],
      max_msgs: messagesPerStream,
      max_bytes: bytesPerStream || -1,
      max_age: nanos(ageMs),
      duplicate_window: nanos(Math.min(duplicateWindowMs, ageMs)),
    });
  }

  /** Makes the stream that has the place of each durable consumer as the last message of its subject. */
  async ensurePlaces(): Promise<void> {
    await this.#make(this.#subjects.placesStream, { subjects: [this.#subjects.places], max_msgs_per_subject: 1 });
  }

  /** To be made again: the server may have forgotten it. */
  forget(stream: string): void {
    this.#made.delete(this.#subjects.stream(stream).name);
    this.#made.delete(this.#subjects.placesStream);
  }

  async info(stream: string): Promise<StreamInfo> {
    return this.#manager.streams.info(this.#subjects.stream(stream).name);
  }

  async list(): Promise<readonly BusStreamStatus[]> {
    const found: BusStreamStatus[] = [];
    for await (const { config, state } of this.#manager.streams.list(this.#subjects.allDurable)) {
      const stream = this.#subjects.parseStream(config.name);
      if (stream === undefined) continue;
      found.push({ stream, messages: state.messages, firstSeq: state.first_seq, lastSeq: state.last_seq });
    }
    return found.toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
  }

  async #make(name: string, config: Partial<StreamConfig>): Promise<void> {
    const known = this.#made.get(name) ?? this.#add(name, config);
    this.#made.set(name, known);
    try {
      await known;
    } catch (error) {
      if (this.#made.get(name) === known) this.#made.delete(name);
      throw error;
    }
  }

  async #add(name: string, config: Partial<StreamConfig>): Promise<void> {
    try {
      await this.#manager.streams.add({
        name,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        num_replicas: this.#limits.replicas,
        ...config,
      });
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === NAME_IN_USE)) throw error;
    }
  }
}
