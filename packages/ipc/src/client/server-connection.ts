import { OutgoingMessage } from '../codec/codec.ts';
import { IpcError } from '../errors.ts';
import type { HeartbeatOptions, Limits } from '../limits.ts';
import type { Logger } from '../logger.ts';
import { ErrorPayload, type Envelope } from '../protocol/envelope.ts';
import { ServerClosingPayload } from '../protocol/control.ts';
import { startHeartbeat } from '../transport/heartbeat.ts';
import type { Link, LinkListener } from '../transport/link.ts';
import { RequestTable } from './request-table.ts';

/** @default timeoutMs 30000 */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Above 2^31 - 1: no limit. @default 30000 */
  readonly timeoutMs?: number | undefined;
}

export interface ServerConnectionOptions {
  readonly link: Link;
  readonly limits: Limits;
  readonly heartbeat: HeartbeatOptions;
  readonly logger: Logger;
  /** Published messages and `lagged`, in the order they came. */
  readonly onEvent: (envelope: Envelope) => void;
  readonly onDrained?: (() => void) | undefined;
  /** An answer to what was asked here in another way. */
  readonly onAnswer?: ((envelope: Envelope) => void) | undefined;
  /** The server complains of something that is no request. */
  readonly onError?: ((error: ErrorPayload) => void) | undefined;
}

export interface ExchangeOptions extends RequestOptions {
  /** A `pending` answer will do. */
  readonly acceptsPending?: boolean | undefined;
  /** Told of the answer before the message that follows it is looked at. */
  readonly onAnswer?: (() => void) | undefined;
  /** Reading may be held up all the same: nobody is kept waiting. */
  readonly isPatient?: boolean | undefined;
}

/** One life of a connection to a server, from link to loss. */
export class ServerConnection implements LinkListener {
  readonly #options: ServerConnectionOptions;
  readonly #requests = new RequestTable();
  readonly #closed = Promise.withResolvers<string>();
  readonly #heartbeat: Disposable;
  #nextId = 1;
  #patient = 0;
  #goodbye: string | undefined;
  #refusal: IpcError | undefined;
  #isClosed = false;

  constructor(options: ServerConnectionOptions) {
    this.#options = options;
    this.#heartbeat = startHeartbeat(options.link, options.heartbeat);
    options.link.start(this);
  }

  /** Settles with the reason when the connection is gone; the server's own words when it said goodbye. */
  get lost(): Promise<string> {
    return this.#closed.promise;
  }

  /** Bytes that the operating system has not taken yet. */
  get pendingBytes(): number {
    return this.#options.link.pendingBytes;
  }

  /** Takes nothing from the wire, or goes on. Answers wait as well. */
  pauseReading(isPaused: boolean): void {
    this.#options.link.pauseReading(isPaused);
  }

  /** Requests whose answers somebody is kept waiting for. */
  get waiting(): number {
    return this.#requests.size - this.#patient;
  }

  async request(type: string, payload: unknown, options: RequestOptions = {}): Promise<unknown> {
    return this.exchange({ type, payload, id: `${this.#nextId++}` }, options);
  }

  /** Sends an envelope and settles with the answer to its id. */
  async exchange(envelope: Envelope, options: ExchangeOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = 30_000, acceptsPending = false, onAnswer, isPatient = false } = options;
    const { type, id } = envelope;
    signal?.throwIfAborted();
    this.send(envelope);
    const onGivenUp = (): void => this.notify('cancel', { request_id: id });
    const answer = this.#requests.wait({ id, type, timeoutMs, signal, onGivenUp, acceptsPending, onAnswer });
    return isPatient ? this.#waitPatiently(answer) : answer;
  }

  /** Sends what is not answered. Throws `not-connected` or `too-large`. */
  send(envelope: Envelope): void {
    if (this.#isClosed) throw new IpcError('not-connected', `Not connected: ${envelope.type} was not sent.`);
    this.#send(envelope);
  }

  /** Sends what is not answered, if there still is a connection. */
  notify(type: string, payload: unknown): void {
    if (!this.#isClosed) this.#send({ type, payload, id: `${this.#nextId++}` });
  }

  /** Tells the server that nobody waits for its answers any longer, then closes. */
  async close(): Promise<void> {
    const waiting = this.#requests.ids();
    this.#requests.rejectAll(lostDuring);
    for (const id of waiting) this.notify('cancel', { request_id: id });
    await this.#options.link.close('client closed', this.#options.limits.drainMs);
  }

  destroy(reason: string): void {
    this.#options.link.destroy(reason);
  }

  message(envelope: Envelope): void {
    switch (envelope.type) {
      case 'response':
        if (!this.#requests.settle(envelope)) this.#options.onAnswer?.(envelope);
        return;
      case 'server_closing':
        this.#goodbye = ServerClosingPayload.safeParse(envelope.payload).data?.reason;
        return;
      case 'error':
        return this.#noteError(envelope);
      default:
        return this.#options.onEvent(envelope);
    }
  }

  malformed(problem: IpcError): void {
    this.#options.logger.warn({ event: 'ipc.malformed', problem: problem.message });
    this.#options.link.destroy('the server sent bytes that are no message');
  }

  drained(): void {
    this.#options.onDrained?.();
  }

  ended(): void {
    this.#options.link.destroy('the server closed the connection');
  }

  closed(reason: string): void {
    this.#isClosed = true;
    this.#heartbeat[Symbol.dispose]();
    this.#requests.rejectAll((type) => this.#refusal ?? lostDuring(type));
    this.#closed.resolve(this.#goodbye ?? reason);
  }

  async #waitPatiently(answer: Promise<unknown>): Promise<unknown> {
    this.#patient++;
    try {
      return await answer;
    } finally {
      this.#patient--;
    }
  }

  #send(envelope: Envelope): void {
    const { link, limits } = this.#options;
    const bytes = link.send(new OutgoingMessage(envelope), limits.frameBytes);
    if (bytes <= limits.frameBytes) return;
    throw new IpcError('too-large', `${envelope.type} has ${bytes} bytes, more than ${limits.frameBytes}.`);
  }

  #noteError({ payload }: Envelope): void {
    const problem = ErrorPayload.safeParse(payload).data;
    if (problem) this.#options.onError?.(problem);
    this.#goodbye ??= problem?.error_message;
    if (problem?.error_code === 'RATE_LIMIT_EXCEEDED') this.#refusal = new IpcError('busy', problem.error_message);
    this.#options.logger.warn({
      event: 'ipc.server-error',
      code: problem?.error_code,
      message: problem?.error_message,
    });
  }
}

function lostDuring(type: string): IpcError {
  return new IpcError('connection-lost', `The connection was lost during ${type}.`);
}
