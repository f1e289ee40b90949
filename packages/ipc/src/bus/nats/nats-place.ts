import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import * as z from 'zod/mini';
import { IpcError } from '../../errors.ts';
import { raceSignal } from '../race-signal.ts';
import { toStoreFailure } from './nats-failure.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsStreams } from './nats-streams.ts';
import type { NatsSubjects } from './nats-subjects.ts';

const WRONG_LAST_SEQUENCE = 10071;
const ANSWER_MS = 5000;
const RETRY_MS = 100;

const PlaceRecord = z.object({ owner: z.string(), ackedSeq: z.number() });
type PlaceRecord = z.infer<typeof PlaceRecord>;

export interface NatsPlaceOptions {
  readonly stream: string;
  readonly name: string;
  readonly link: NatsLink;
  readonly streams: NatsStreams;
  readonly subjects: NatsSubjects;
  readonly manager: JetStreamManager;
  readonly jetstream: JetStreamClient;
}

/**
 * How far a durable consumer is, kept as the last message of a subject. Each write names the write before it, so that of
 * two owners the earlier one finds out that it is none any more.
 */
export class NatsPlace {
  readonly #options: NatsPlaceOptions;
  readonly #subject: string;
  readonly #owner = randomUUID();
  /** Number of the record in JetStream that is ours. */
  #recordSeq = 0;

  constructor(options: NatsPlaceOptions) {
    this.#options = options;
    this.#subject = options.subjects.place(options.stream, options.name);
  }

  /** Takes the place over, from whoever has it. Gives how far it is. `toStart` is asked when nobody was there before. */
  async claim(lastSeq: number, toStart: () => number): Promise<number> {
    for (;;) {
      const found = await this.#read();
      const ackedSeq = Math.min(found?.record.ackedSeq ?? toStart(), lastSeq);
      this.#recordSeq = found?.seq ?? 0;
      if (await this.#write(ackedSeq)) return ackedSeq;
    }
  }

  /** Kept when it settles; waits for the connection. Rejects with `consumer-taken`, or `closed`. */
  async save(ackedSeq: number): Promise<void> {
    const { link, streams, name, stream } = this.#options;
    for (;;) {
      await link.connected();
      try {
        if (await this.#trySave(ackedSeq)) return;
      } catch (error) {
        if (error instanceof IpcError && error.code === 'consumer-taken') throw error;
        const failure = toStoreFailure(error, `the place of ${name} in ${stream}`);
        if (failure !== undefined) throw failure;
        streams.forget(stream);
        await sleep(RETRY_MS);
      }
    }
  }

  /** Calls back when another reader takes the place while there is a connection. Gives what ends that. */
  watch(onTaken: () => void): () => void {
    const subscription = this.#options.link.nats.subscribe(this.#subject, {
      callback: (error, message) => {
        const record = error === null ? parseRecord(message.data) : undefined;
        if (record !== undefined && record.owner !== this.#owner) onTaken();
      },
    });
    return () => subscription.unsubscribe();
  }

  /** False when it has to be tried again, with what is known now. */
  async #trySave(ackedSeq: number): Promise<boolean> {
    if (await this.#write(ackedSeq)) return true;
    const { name, stream } = this.#options;
    const found = await this.#read();
    if (found !== undefined && found.record.owner !== this.#owner) {
      throw new IpcError('consumer-taken', `${name} of ${stream} was opened elsewhere.`);
    }
    // A write of ours whose answer was lost; or the server lost all.
    this.#recordSeq = found?.seq ?? 0;
    return found !== undefined && found.record.ackedSeq >= ackedSeq;
  }

  /** False when another record is the last one. */
  async #write(ackedSeq: number): Promise<boolean> {
    const { link, streams, jetstream } = this.#options;
    const record: PlaceRecord = { owner: this.#owner, ackedSeq };
    try {
      await raceSignal(streams.ensurePlaces(), link.lost);
      const writing = jetstream.publish(this.#subject, JSON.stringify(record), {
        expect: { lastSubjectSequence: this.#recordSeq },
        timeout: ANSWER_MS,
      });
      this.#recordSeq = (await raceSignal(writing, link.lost)).seq;
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return false;
      throw error;
    }
  }

  async #read(): Promise<{ readonly seq: number; readonly record: PlaceRecord } | undefined> {
    const { link, streams, subjects, manager } = this.#options;
    await raceSignal(streams.ensurePlaces(), link.lost);
    const reading = manager.streams.getMessage(subjects.placesStream, { last_by_subj: this.#subject });
    const message = await raceSignal(reading, link.lost);
    if (message === null) return undefined;
    // What others wrote there is no place; its number still has to be named.
    const record = parseRecord(message.data) ?? { owner: '', ackedSeq: 0 };
    return { seq: message.seq, record };
  }
}

function parseRecord(bytes: Uint8Array): PlaceRecord | undefined {
  try {
    return PlaceRecord.safeParse(JSON.parse(Buffer.from(bytes).toString())).data;
  } catch {
    return undefined;
  }
}
