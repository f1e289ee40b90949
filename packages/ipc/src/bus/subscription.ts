import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BusMessage, BusSubscription, SubscribeOptions } from './bus.ts';
import { type PackedMessage, unpackMessage } from './bus-envelope.ts';
import { MessageQueue } from './message-queue.ts';

const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export interface SubscriptionOptions extends SubscribeOptions {
  readonly pattern: string;
  readonly logger: Logger;
  /** Called once, at the end. */
  readonly release: (subscription: Subscription) => void;
}

/** What both buses hand to who subscribes: they push, the reader takes. */
export class Subscription implements BusSubscription {
  readonly pattern: string;
  readonly queue: string | undefined;
  readonly #waiting: MessageQueue<PackedMessage>;
  readonly #options: SubscriptionOptions;
  readonly #abort = (): void => this.end();
  #isEnded = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.pattern = options.pattern;
    this.queue = options.queue;
    this.#waiting = new MessageQueue({ maxItems: options.maxWaiting ?? 4096, maxBytes: MAX_WAITING_BYTES });
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get dropped(): number {
    return this.#waiting.dropped;
  }

  get hasRoom(): boolean {
    return this.#waiting.hasRoom;
  }

  push(message: PackedMessage): void {
    this.#waiting.push(message, message.bytes.length);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BusMessage, void, undefined> {
    try {
      for (;;) {
        const packed = await this.#waiting.next();
        if (packed === undefined) break;
        const message = this.#read(packed);
        if (message !== undefined) yield message;
      }
    } finally {
      this.end();
    }
    // After leaving by the signal, the reader is told why.
    this.#options.signal?.throwIfAborted();
  }

  /** No more messages. Twice is harmless. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#waiting.close();
    this.#options.release(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }

  #read(packed: PackedMessage): BusMessage | undefined {
    try {
      return unpackMessage(packed);
    } catch (cause) {
      if (!(cause instanceof IpcError)) throw cause;
      this.#options.logger.warn({ event: 'bus.message-malformed', subject: packed.subject, cause });
      return undefined;
    }
  }
}
