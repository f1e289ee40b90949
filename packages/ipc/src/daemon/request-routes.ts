import { toFailedResponse } from '../protocol/failure.ts';
import { type Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { DaemonSession } from './daemon-session.ts';
import { type Exchange, pickMember } from './exchange.ts';
import type { Incoming } from './incoming.ts';
import { Relayed } from './relayed.ts';

/** A request that was passed on and is not answered yet. */
export interface PendingRequest {
  readonly id: string;
  /** The id it has at the responder: another one when that has to answer somebody else's of the same id. */
  readonly relayedId: string;
  readonly requester: DaemonSession;
  /** The only one whose answer counts; null: whoever manages taskspaces. */
  readonly responder: DaemonSession | null;
  /** By the clock that does not jump. */
  readonly askedAt: number;
}

/** Takes each request to one responder, and its answer back. */
export class RequestRoutes {
  readonly #exchange: Exchange;
  readonly #maxInFlight: number;
  /** Those that any manager may answer, by their id. */
  readonly #open = new Map<string, PendingRequest>();

  constructor(exchange: Exchange, maxInFlight: number) {
    this.#exchange = exchange;
    this.#maxInFlight = maxInFlight;
  }

  /** Passes a request on. Throws a `WireFailure` when nobody can take it. */
  pass(requester: DaemonSession, message: Incoming, taskspace: string | undefined): void {
    const responder = message.to === undefined ? this.#pick(message.type, taskspace) : this.#find(message.to);
    const request = this.#register(requester, message.id, responder);
    const run = new Relayed(message.stampedBy(requester.id, request.relayedId));
    if (this.#exchange.deliverTo(responder, run)) return;
    this.#forget(request);
    throw new WireFailure('MESSAGE_FORMAT_INVALID', 'The request is larger than its receiver can take.');
  }

  /** Waits for the answer of whoever manages taskspaces. */
  expectFromManagers(requester: DaemonSession, id: string): void {
    this.#open.set(id, this.#register(requester, id, null));
  }

  /** Takes an answer back. One that nobody waits for, or from somebody who was not asked, is left out: false. */
  answer(responder: DaemonSession, message: Incoming): boolean {
    const request = responder.owed.get(message.id) ?? this.#openFor(responder, message.id);
    if (!request) return false;
    const payload = ResponsePayload.safeParse(message.envelope.payload);
    if (!payload.success) throw new WireFailure('MESSAGE_FORMAT_INVALID', 'A response needs a status.');
    if (payload.data.status !== 'pending') {
      this.#forget(request);
      this.#exchange.metrics.requestSeconds.observe((performance.now() - request.askedAt) / 1000);
    }
    const { requester, id } = request;
    if (!this.#exchange.deliverTo(requester, new Relayed(message.stampedBy(responder.id, id)))) {
      requester.respond(id, toFailedResponse(new WireFailure('LIMIT_EXCEEDED', 'The answer is too large.')));
    }
    requester.settle();
    return true;
  }

  /** Takes back an answer of the parent daemon, to which a request of the managers was forwarded. */
  answerFromParent({ id, payload }: Envelope): void {
    const request = this.#open.get(id);
    const { data } = ResponsePayload.safeParse(payload);
    if (!request || !data) return;
    if (data.status !== 'pending') this.#forget(request);
    request.requester.respond(request.id, data);
    request.requester.settle();
  }

  /** Nobody waits for it any longer: the responder is told. */
  cancel(requester: DaemonSession, id: string): void {
    const request = requester.asked.get(id);
    if (!request) return;
    this.#forget(request);
    request.responder?.receiver.send({
      type: 'cancel',
      id: this.#exchange.createId(),
      payload: { request_id: request.relayedId },
    });
  }

  /** Settles all that a client, which is gone, asked and was asked. */
  gone(session: DaemonSession): void {
    for (const id of session.asked.keys()) this.cancel(session, id);
    for (const request of session.owed.values()) {
      this.#forget(request);
      request.requester.respond(
        request.id,
        toFailedResponse(
          new WireFailure('CLIENT_NOT_FOUND', 'Who was to answer went away.', {
            hint: 'It may have done what was asked: look before you repeat it.',
          }),
        ),
      );
    }
  }

  /** Tells all that wait that no answer will come. */
  end(session: DaemonSession, failure: WireFailure): void {
    for (const request of session.asked.values()) {
      this.#forget(request);
      session.respond(request.id, toFailedResponse(failure));
    }
  }

  #register(requester: DaemonSession, id: string, responder: DaemonSession | null): PendingRequest {
    if (requester.asked.has(id)) {
      throw new WireFailure('MESSAGE_FORMAT_INVALID', `A request with the id "${id}" waits for its answer already.`);
    }
    if (requester.asked.size >= this.#maxInFlight) {
      throw new WireFailure('RATE_LIMIT_EXCEEDED', `More than ${this.#maxInFlight} requests wait for their answers.`, {
        retryAfterMs: 100,
      });
    }
    const isTaken = responder ? responder.owed.has(id) : this.#open.has(id);
    const request = {
      id,
      relayedId: isTaken ? this.#exchange.createId() : id,
      requester,
      responder,
      askedAt: performance.now(),
    };
    requester.asked.set(id, request);
    responder?.owed.set(request.relayedId, request);
    return request;
  }

  /** What was asked could not even be kept. */
  forget(requester: DaemonSession, id: string): void {
    const request = requester.asked.get(id);
    if (request && request.responder === null) this.#forget(request);
  }

  #forget(request: PendingRequest): void {
    request.requester.asked.delete(request.id);
    request.responder?.owed.delete(request.relayedId);
    if (this.#open.get(request.id) === request) this.#open.delete(request.id);
  }

  #find(clientId: string): DaemonSession {
    const session = this.#exchange.find(clientId);
    if (session) return session;
    throw new WireFailure('CLIENT_NOT_FOUND', `No client "${clientId}" is connected.`);
  }

  /** A member of a queue, or the only subscriber. */
  #pick(type: string, taskspace: string | undefined): DaemonSession {
    const canSee = (session: DaemonSession): boolean => taskspace === undefined || session.sees(taskspace);
    const { subscribers, queues } = this.#exchange.match(type);
    for (const queue of queues) {
      const member = pickMember(queue, taskspace);
      if (member) return member;
    }
    const [only, ...others] = subscribers.filter(canSee);
    if (only && others.length === 0) return only;
    const problem = only
      ? `${others.length + 1} clients subscribed to ${type}, none of them in a queue: it is not clear who answers.`
      : `Nobody answers ${type}.`;
    throw new WireFailure('NO_RESPONDERS', problem);
  }

  #openFor(responder: DaemonSession, id: string): PendingRequest | undefined {
    const request = this.#open.get(id);
    const { clientType } = responder.identity;
    const isManager = clientType === 'symposium_app' || clientType === 'cli';
    return request && isManager && request.requester !== responder ? request : undefined;
  }
}
