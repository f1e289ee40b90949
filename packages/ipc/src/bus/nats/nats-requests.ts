import { randomUUID } from 'node:crypto';
import { createInbox, headers, type Msg } from '@nats-io/transport-node';
import { RequestTable } from '../../client/request-table.ts';
import { IpcError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { toFailedResponse } from '../../protocol/failure.ts';
import { WireFailure } from '../../protocol/wire-codes.ts';
import type { BusCallOptions, BusRequestOptions, HandleBusRequest } from '../bus.ts';
import { packAnswer, packEnvelope, readEnvelope } from '../bus-envelope.ts';
import { Responder } from '../responder.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsSubjects } from './nats-subjects.ts';

const TIMEOUT_HEADER = 'Swarm-Timeout-Ms';
const NO_RESPONDERS = 503;
/** All responders are one group for NATS, whatever their patterns: it chooses one. */
const QUEUE = 'responders';

export interface NatsRequestsOptions {
  readonly link: NatsLink;
  readonly subjects: NatsSubjects;
  readonly logger: Logger;
  readonly maxMessageBytes: () => number;
}

/** Requests and their answers over NATS, with cancellation, which NATS itself does not know. */
export class NatsRequests {
  readonly #options: NatsRequestsOptions;
  readonly #table = new RequestTable();
  readonly #responders = new Set<Responder>();
  #inbox: string | undefined;
  #hearsCancels = false;

  constructor(options: NatsRequestsOptions) {
    this.#options = options;
  }

  async request(subject: string, payload: unknown, options: BusRequestOptions): Promise<unknown> {
    const { link, subjects, maxMessageBytes } = this.#options;
    const { timeoutMs = 30_000, signal } = options;
    const { id, bytes } = packEnvelope({ subject, payload, id: randomUUID(), maxBytes: maxMessageBytes() });
    if (link.state.state !== 'connected')
      throw new IpcError('not-connected', `Not connected: ${subject} was not sent.`);
    const reply = `${this.#listen()}.${id}`;
    const onGivenUp = (): void => this.#send(subjects.cancellations, Buffer.from(id));
    const answer = this.#table.wait({ id, type: subject, timeoutMs, signal, onGivenUp });
    const extra = headers();
    extra.set(TIMEOUT_HEADER, String(timeoutMs));
    link.nats.publish(subjects.request(subject), bytes, { reply, headers: extra });
    return answer;
  }

  respond(pattern: string, handle: HandleBusRequest, options: BusCallOptions): Responder {
    const { link, subjects } = this.#options;
    this.#hearCancels();
    const subscription = link.nats.subscribe(subjects.request(pattern), {
      queue: QUEUE,
      callback: (error, message) => {
        if (error === null) void this.#answer(responder, message);
      },
    });
    const responder = new Responder({
      ...options,
      pattern,
      handle,
      release: (each) => {
        this.#responders.delete(each);
        subscription.unsubscribe();
      },
    });
    this.#responders.add(responder);
    return responder;
  }

  /** Nobody will answer what was asked. */
  rejectAll(code: 'closed' | 'connection-lost'): void {
    this.#table.rejectAll((type) => new IpcError(code, `No answer to ${type} will come over this connection.`));
  }

  end(): void {
    for (const responder of this.#responders) responder.end();
  }

  #listen(): string {
    if (this.#inbox !== undefined) return this.#inbox;
    const inbox = createInbox();
    this.#options.link.nats.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#settle(message, message.subject.slice(inbox.length + 1));
      },
    });
    this.#inbox = inbox;
    return inbox;
  }

  #settle({ headers: status, data }: Msg, id: string): void {
    if (status?.code === NO_RESPONDERS) {
      const refusal = toFailedResponse(new WireFailure('NO_RESPONDERS', 'Nobody answers this subject.'));
      this.#table.settle({ type: 'response', id, payload: refusal });
      return;
    }
    try {
      this.#table.settle({ type: 'response', id, payload: readEnvelope(data).payload });
    } catch (cause) {
      this.#options.logger.warn({ event: 'bus.message-malformed', subject: 'response', cause });
    }
  }

  async #answer(responder: Responder, message: Msg): Promise<void> {
    const { reply } = message;
    const subject = this.#options.subjects.parse(message.subject)?.subject;
    if (reply === undefined || reply === '' || subject === undefined) return;
    try {
      const { id, payload } = readEnvelope(message.data);
      const answer = await responder.answer({ id, subject, payload }, readTimeout(message));
      this.#send(reply, packAnswer(id, answer, this.#options.maxMessageBytes()));
    } catch (cause) {
      this.#options.logger.warn({ event: 'bus.message-malformed', subject, cause });
      this.#send(reply, packAnswer('malformed', toFailedResponse(cause), this.#options.maxMessageBytes()));
    }
  }

  #hearCancels(): void {
    if (this.#hearsCancels) return;
    this.#hearsCancels = true;
    this.#options.link.nats.subscribe(this.#options.subjects.cancellations, {
      callback: (error, message) => {
        if (error !== null) return;
        const id = message.string();
        for (const responder of this.#responders) responder.cancel(id);
      },
    });
  }

  /** Answers and cancellations of a connection that is gone reach nobody. */
  #send(subject: string, bytes: Uint8Array): void {
    const { link } = this.#options;
    if (link.state.state === 'connected') link.nats.publish(subject, bytes);
  }
}

function readTimeout(message: Msg): number {
  const timeoutMs = Number(message.headers?.get(TIMEOUT_HEADER));
  return timeoutMs > 0 && timeoutMs < 0x7fff_ffff ? timeoutMs : 30_000;
}
