import { IpcError } from '../errors.ts';
import { type Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { toRefusal } from '../protocol/failure.ts';

interface PendingRequest {
  readonly type: string;
  readonly acceptsPending: boolean;
  readonly onAnswer: (() => void) | undefined;
  readonly resolve: (data: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly release: () => void;
}

export interface WaitOptions {
  readonly id: string;
  readonly type: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told when the caller stops waiting before the answer came. */
  readonly onGivenUp: () => void;
  /** A `pending` answer will do. */
  readonly acceptsPending?: boolean | undefined;
  /** Told of the answer before the message that follows it is looked at. */
  readonly onAnswer?: (() => void) | undefined;
}

/** Timers hold at most 2^31 - 1 ms; longer waits have no limit. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** Requests that wait for their answers, by id. */
export class RequestTable {
  readonly #pending = new Map<string, PendingRequest>();

  /** Settles with the answer, the refusal, `timed-out`, the signal's reason, or what `rejectAll` is given. */
  wait({ id, type, timeoutMs, signal, onGivenUp, acceptsPending = false, onAnswer }: WaitOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = (reason: unknown): void => {
      this.#take(id)?.reject(reason);
      onGivenUp();
    };
    const abort = (): void => giveUp(signal?.reason);
    const late = (): void => giveUp(new IpcError('timed-out', `No answer to ${type} within ${timeoutMs} ms.`));
    const timer = timeoutMs <= MAX_TIMER_MS ? setTimeout(late, timeoutMs) : undefined;
    signal?.addEventListener('abort', abort, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    this.#pending.set(id, { type, acceptsPending, onAnswer, resolve, reject, release });
    return promise;
  }

  /** Takes a `response`. False for one that nobody waits for any longer. */
  settle({ id, payload }: Envelope): boolean {
    const parsed = ResponsePayload.safeParse(payload);
    const known = this.#pending.get(id);
    if (!known) return false;
    if (parsed.success && parsed.data.status === 'pending' && !known.acceptsPending) return true;
    const request = this.#take(id) ?? known;
    request.onAnswer?.();
    if (!parsed.success) request.reject(new IpcError('malformed', `The answer to ${request.type} makes no sense.`));
    else if (parsed.data.status === 'error') request.reject(toRefusal(request.type, parsed.data));
    else request.resolve(parsed.data.data);
    return true;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Requests that still wait. */
  ids(): readonly string[] {
    return [...this.#pending.keys()];
  }

  rejectAll(createReason: (type: string) => IpcError): void {
    for (const id of this.#pending.keys()) {
      const request = this.#take(id);
      request?.reject(createReason(request.type));
    }
  }

  #take(id: string): PendingRequest | undefined {
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    request?.release();
    return request;
  }
}
