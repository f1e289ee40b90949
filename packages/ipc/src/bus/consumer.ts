import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BusCallOptions, BusConsumer, DurableMessage } from './bus.ts';
import { unpackMessage } from './bus-envelope.ts';
import { ConsumerPlace } from './consumer-place.ts';
import { raceSignal } from './race-signal.ts';

/** A stored message as an engine gives it. */
export interface ConsumedMessage {
  readonly subject: string;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What an engine does for a durable consumer. */
export interface ConsumerEngine {
  readonly ackedSeq: number;
  /** Messages after `ackedSeq` in order, without gaps and without end, until `signal` aborts. */
  read(signal: AbortSignal): AsyncIterable<ConsumedMessage>;
  save(seq: number): Promise<void>;
}

export interface ConsumerOptions extends BusCallOptions {
  readonly stream: string;
  readonly name: string;
  readonly engine: ConsumerEngine;
  readonly logger: Logger;
  /** Called once, at the end. */
  readonly release: (consumer: Consumer) => void;
}

/** What both buses hand to a durable consumer. */
export class Consumer implements BusConsumer {
  readonly stream: string;
  readonly name: string;
  readonly #options: ConsumerOptions;
  readonly #place: ConsumerPlace;
  readonly #ending = new AbortController();
  readonly #abort = (): void => this.end();
  #failure: IpcError | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.stream = options.stream;
    this.name = options.name;
    this.#place = new ConsumerPlace(options.engine.ackedSeq, (seq) => options.engine.save(seq));
    options.signal?.addEventListener('abort', this.#abort, { once: true });
    if (options.signal?.aborted === true) this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DurableMessage, void, undefined> {
    const { signal } = this.#ending;
    try {
      if (signal.aborted) return;
      for await (const stored of this.#options.engine.read(signal)) {
        if (signal.aborted) break;
        const message = this.#open(stored);
        if (message !== undefined) yield message;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.end();
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#options.signal?.throwIfAborted();
  }

  /** No more messages; those that were handed out can still be acknowledged. Twice is harmless. */
  end(): void {
    if (this.#ending.signal.aborted) return;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#ending.abort();
    this.#options.release(this);
  }

  /** Ends, and tells the reader and who acknowledges later why. */
  fail(failure: IpcError): void {
    this.#failure ??= failure;
    this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }

  #open({ subject, seq, bytes }: ConsumedMessage): DurableMessage | undefined {
    this.#place.handOut(seq);
    const { stream } = this;
    try {
      const message = unpackMessage({ subject, stream, bytes });
      return { ...message, stream, seq, ack: async (options) => this.#ack(seq, options) };
    } catch (cause) {
      if (!(cause instanceof IpcError)) throw cause;
      // Nobody will ever be able to read it, and it must not hold up what comes after it.
      this.#options.logger.warn({ event: 'bus.message-malformed', subject, stream, seq, cause });
      void this.#place.done(seq).catch(() => undefined);
      return undefined;
    }
  }

  async #ack(seq: number, { signal }: BusCallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    await raceSignal(this.#place.done(seq), signal);
  }
}
