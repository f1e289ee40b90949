import type { ResponsePayload } from '../protocol/envelope.ts';
import { toFailedResponse } from '../protocol/failure.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { BusCallOptions, BusRequest, HandleBusRequest } from './bus.ts';

/** Requests of one responder that are not answered yet; more are refused. */
const MAX_IN_WORK = 1024;

export interface ResponderOptions extends BusCallOptions {
  readonly pattern: string;
  readonly handle: HandleBusRequest;
  /** Called once, at the end. */
  readonly release: (responder: Responder) => void;
}

/** Runs the handler for requests, whichever way they came. */
export class Responder implements AsyncDisposable {
  readonly pattern: string;
  readonly #options: ResponderOptions;
  readonly #inWork = new Map<string, AbortController>();
  readonly #abort = (): void => this.end();
  #isEnded = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.pattern = options.pattern;
    options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** What to answer; never rejects. After `timeoutMs` nobody waits. */
  async answer(request: Omit<BusRequest, 'signal'>, timeoutMs: number): Promise<ResponsePayload> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DOMException('Too late.', 'TimeoutError')), timeoutMs);
    try {
      if (this.#inWork.size >= MAX_IN_WORK) {
        throw new WireFailure('RATE_LIMIT_EXCEEDED', `The responder of ${this.pattern} has too many requests in work.`);
      }
      this.#inWork.set(request.id, controller);
      return { status: 'success', data: await this.#options.handle({ ...request, signal: controller.signal }) };
    } catch (error) {
      return toFailedResponse(error);
    } finally {
      clearTimeout(timer);
      this.#inWork.delete(request.id);
    }
  }

  /** Nobody waits for this answer any longer. */
  cancel(id: string): void {
    this.#inWork.get(id)?.abort(new DOMException('The request was cancelled.', 'AbortError'));
  }

  /** No more requests; those in work are told. Twice is harmless. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    for (const id of this.#inWork.keys()) this.cancel(id);
    this.#options.release(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }
}
