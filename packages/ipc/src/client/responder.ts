import type { Logger } from '../logger.ts';
import type { Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { toFailedResponse } from '../protocol/failure.ts';
import type { ServerConnection } from './server-connection.ts';
import type { Sink } from './sink.ts';

/** Answers a request: what it returns is the answer; what it throws is the refusal, with its `code`, `message` and `hint`. */
export type Handler = (request: Envelope, options: { readonly signal: AbortSignal }) => unknown;

export interface ResponderOptions {
  readonly patterns: readonly string[];
  readonly queue: string;
  readonly handler: Handler;
  readonly logger: Logger;
  readonly connection: () => ServerConnection | undefined;
  readonly closed: (responder: Responder) => Promise<void>;
}

/** A service: each request on its subjects goes to one of all who answer them. */
export class Responder implements Sink, AsyncDisposable {
  readonly isResponder = true;
  readonly ackedSeq = 0;
  readonly patterns: readonly string[];
  readonly options: Sink['options'];
  /** Settles when requests can come. Rejects when the daemon refuses. */
  readonly ready: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #options: ResponderOptions;
  readonly #inWork = new Map<string, AbortController>();
  #ended: Promise<void> | undefined;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.patterns = options.patterns;
    this.options = { queue: options.queue };
    this.ready = this.#ready.promise;
    this.ready.catch(() => undefined);
  }

  accept(request: Envelope): void {
    void this.#answer(request);
  }

  /** Nobody waits for this answer any longer. */
  cancel(requestId: string): void {
    this.#inWork.get(requestId)?.abort(new DOMException('The request was cancelled.', 'AbortError'));
  }

  /** Those who asked are out of reach. */
  cancelAll(): void {
    for (const id of this.#inWork.keys()) this.cancel(id);
  }

  settle(refusal?: Error): void {
    if (refusal === undefined) return this.#ready.resolve();
    this.fail(refusal);
  }

  fail(reason: Error): void {
    this.#ready.reject(reason);
    void this[Symbol.asyncDispose]();
  }

  resume(): void {
    // A request is never sent again.
  }

  /** Takes no more requests, and tells the handlers in work to stop. Twice is harmless. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#close();
    return this.#ended;
  }

  async #close(): Promise<void> {
    this.#ready.reject(new DOMException('The service has ended.', 'AbortError'));
    this.cancelAll();
    await this.#options.closed(this);
  }

  async #answer(request: Envelope): Promise<void> {
    const { handler, logger } = this.#options;
    const connection = this.#options.connection();
    const controller = new AbortController();
    this.#inWork.set(request.id, controller);
    let payload: ResponsePayload;
    try {
      payload = { status: 'success', data: await handler(request, { signal: controller.signal }) };
    } catch (thrown) {
      logger.debug({ event: 'ipc.handler-failed', subject: request.type, cause: thrown });
      payload = toFailedResponse(thrown);
    }
    this.#inWork.delete(request.id);
    if (request.expect_response === true) this.#respond(connection, request.id, payload);
  }

  /** On the connection that the request came over: the daemon forgot it together with that. */
  #respond(connection: ServerConnection | undefined, id: string, payload: ResponsePayload): void {
    try {
      connection?.send({ type: 'response', id, payload });
    } catch (cause) {
      this.#options.logger.warn({ event: 'ipc.answer-not-sent', id, cause });
      if (payload.status === 'success') this.#respond(connection, id, toFailedResponse(cause));
    }
  }
}
