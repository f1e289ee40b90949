import { setTimeout as sleep } from 'node:timers/promises';
import type { JetStreamClient } from '@nats-io/jetstream';
import { IpcError } from '../../errors.ts';
import { raceSignal } from '../race-signal.ts';
import { toStoreFailure } from './nats-failure.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsStreams } from './nats-streams.ts';

/** Messages that are under way at a time. */
const WINDOW = 128;
const ANSWER_MS = 5000;
const RETRY_MS = 100;

/** Where JetStream put a message. */
export interface Placed {
  readonly seq: number;
  readonly isDuplicate: boolean;
}

export interface DurablePublish {
  /** As NATS has it. */
  readonly subject: string;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

export interface StreamPublisherOptions {
  readonly stream: string;
  readonly link: NatsLink;
  readonly streams: NatsStreams;
  readonly jetstream: JetStreamClient;
  readonly duplicateWindowMs: number;
}

interface Waiting extends DurablePublish, PromiseWithResolvers<Placed> {
  /** Since then JetStream may have it. */
  sentAt: number | undefined;
}

type Outcome = { readonly placed: Placed } | { readonly failure: IpcError } | { readonly isUnknown: true };

/**
 * Publishes to one stream in order. What has no answer is sent again, by its id, until it has one; the first after that
 * goes alone, for those behind it would overtake it if the server is not ready yet.
 */
export class StreamPublisher {
  readonly #options: StreamPublisherOptions;
  #waiting: Waiting[] = [];
  #window = 1;
  #isRunning = false;

  constructor(options: StreamPublisherOptions) {
    this.#options = options;
  }

  publish(message: DurablePublish): Promise<Placed> {
    const waiting = { ...message, ...Promise.withResolvers<Placed>(), sentAt: undefined };
    this.#waiting.push(waiting);
    if (!this.#isRunning) void this.#run();
    return waiting.promise;
  }

  /** Gives up what waits. */
  rejectAll(error: IpcError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#waiting.length > 0) await this.#sendSome();
    } catch (error) {
      this.rejectAll(error instanceof IpcError ? error : new IpcError('store-failed', String(error), { cause: error }));
    } finally {
      this.#isRunning = false;
    }
  }

  async #sendSome(): Promise<void> {
    const { link, streams, stream } = this.#options;
    await link.connected();
    this.#dropHopeless();
    const batch = this.#waiting.slice(0, this.#window);
    const outcomes = (await this.#isReady()) ? await Promise.all(batch.map((each) => this.#send(each))) : [];
    const firstUnknown = outcomes.findIndex((outcome) => 'isUnknown' in outcome);
    for (const [index, outcome] of outcomes.entries()) {
      const message = batch[index];
      if (message !== undefined) this.#settle(message, outcome);
    }
    this.#window = firstUnknown === -1 && outcomes.length > 0 ? WINDOW : 1;
    if (this.#window === WINDOW || batch.length === 0) return;
    streams.forget(stream);
    await sleep(RETRY_MS);
  }

  /** Rejects with what JetStream says no to; false when it may do so later. */
  async #isReady(): Promise<boolean> {
    const { link, streams, stream } = this.#options;
    try {
      await raceSignal(streams.ensure(stream), link.lost);
      return true;
    } catch (error) {
      const failure = toStoreFailure(error, `the stream ${stream}`);
      if (failure !== undefined) throw failure;
      return false;
    }
  }

  async #send(message: Waiting): Promise<Outcome> {
    const { link, jetstream } = this.#options;
    const { subject, id, bytes } = message;
    message.sentAt ??= Date.now();
    try {
      const sending = jetstream.publish(subject, bytes, { msgID: id, timeout: ANSWER_MS });
      const { seq, duplicate } = await raceSignal(sending, link.lost);
      return { placed: { seq, isDuplicate: duplicate } };
    } catch (error) {
      const failure = toStoreFailure(error, `a message for the stream ${this.#options.stream}`);
      return failure === undefined ? { isUnknown: true } : { failure };
    }
  }

  #settle(message: Waiting, outcome: Outcome): void {
    if ('isUnknown' in outcome) return;
    this.#waiting = this.#waiting.filter((each) => each !== message);
    if ('placed' in outcome) message.resolve(outcome.placed);
    else message.reject(outcome.failure);
  }

  /** What nobody waits for and was never sent; and what may be there already, and would not be recognised any more. */
  #dropHopeless(): void {
    const tooOld = Date.now() - this.#options.duplicateWindowMs * 0.9;
    this.#waiting = this.#waiting.filter(({ sentAt, signal, reject, id }) => {
      if (sentAt === undefined && signal?.aborted === true) {
        reject(signal.reason);
        return false;
      }
      if (sentAt === undefined || sentAt >= tooOld) return true;
      reject(new IpcError('connection-lost', `Whether ${id} was kept is not known, and a second try might double it.`));
      return false;
    });
  }
}
