import type { ServerConnection } from './server-connection.ts';
import { type Sink, streamOf } from './sink.ts';

/** Tells the daemon how far a durable consumer is: one message at a time, always the newest. */
export class AckSender {
  readonly #sink: Sink;
  readonly #createId: () => string;
  #confirmedSeq = 0;
  #sending: { readonly connection: ServerConnection; readonly done: Promise<void> } | undefined;

  constructor(sink: Sink, createId: () => string) {
    this.#sink = sink;
    this.#createId = createId;
  }

  /** Settles when the daemon knows all that is worked off, or the connection is gone. Never rejects. */
  send(connection: ServerConnection): Promise<void> {
    if (this.#sending?.connection === connection) return this.#sending.done;
    const done = this.#send(connection).finally(() => {
      if (this.#sending?.connection === connection) this.#sending = undefined;
    });
    this.#sending = { connection, done };
    return done;
  }

  async #send(connection: ServerConnection): Promise<void> {
    const stream = streamOf(this.#sink);
    const name = this.#sink.options.durable;
    while (this.#sink.ackedSeq > this.#confirmedSeq) {
      const seq = this.#sink.ackedSeq;
      try {
        const envelope = { type: 'consumer_ack', id: this.#createId(), payload: { stream, name, seq } };
        await connection.exchange(envelope, { isPatient: true });
      } catch {
        // The next connection begins with it; until then the daemon only sends again what is known here.
        return;
      }
      this.#confirmedSeq = seq;
    }
  }
}
