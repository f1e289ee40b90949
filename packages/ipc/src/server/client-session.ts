import { OutgoingMessage } from '../codec/codec.ts';
import { IpcError } from '../errors.ts';
import type { HeartbeatOptions, Limits } from '../limits.ts';
import type { Logger } from '../logger.ts';
import { CancelPayload, isReservedType, SubjectsPayload } from '../protocol/control.ts';
import type { Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { toErrorEnvelope, toFailedResponse } from '../protocol/failure.ts';
import { startHeartbeat } from '../transport/heartbeat.ts';
import type { Link, LinkListener } from '../transport/link.ts';
import { PublishGate } from './publish-gate.ts';
import type { HandleRequest } from './request.ts';

/** What a session needs of its server. */
export interface SessionHost {
  readonly limits: Limits;
  readonly heartbeat: HeartbeatOptions;
  readonly logger: Logger;
  readonly handle: HandleRequest;
  readonly nextId: () => string;
  subscribe(pattern: string, session: ClientSession): void;
  unsubscribe(pattern: string, session: ClientSession): void;
  closed(session: ClientSession): void;
}

/** One connected client: answers its requests, keeps its subscriptions, bounds what waits for it. */
export class ClientSession implements LinkListener {
  readonly id: string;
  readonly #link: Link;
  readonly #host: SessionHost;
  readonly #gate: PublishGate;
  readonly #heartbeat: Disposable;
  readonly #patterns = new Set<string>();
  readonly #inFlight = new Map<string, AbortController>();
  #idle: PromiseWithResolvers<void> | undefined;
  #isClosing = false;

  constructor(id: string, link: Link, host: SessionHost) {
    this.id = id;
    this.#link = link;
    this.#host = host;
    this.#gate = new PublishGate(host.limits.dropAboveBytes);
    this.#heartbeat = startHeartbeat(link, host.heartbeat);
  }

  start(): void {
    this.#link.start(this);
  }

  /** Sends a published message, unless this client is too slow for it. */
  publish(message: OutgoingMessage): void {
    const { frameBytes } = this.#host.limits;
    const subject = message.envelope.type;
    if (!this.#gate.admit(subject, this.#link.pendingBytes)) return;
    if (this.#link.send(message, frameBytes) > frameBytes) this.#tellLagged(subject, 1);
  }

  /** Takes no more requests; waits for those in work, but not longer than they take. */
  async drain(reason: string): Promise<void> {
    this.#isClosing = true;
    this.#send({ type: 'server_closing', id: this.#host.nextId(), payload: { reason } });
    if (this.#inFlight.size === 0) return;
    this.#idle = Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  async close(reason: string): Promise<void> {
    this.#isClosing = true;
    this.#abortAll();
    await this.#link.close(reason, this.#host.limits.drainMs);
  }

  message(envelope: Envelope): void {
    switch (envelope.type) {
      case 'subscribe':
        return this.#answer(envelope, () => this.#subscribe(envelope.payload));
      case 'unsubscribe':
        return this.#answer(envelope, () => this.#unsubscribe(envelope.payload));
      case 'heartbeat':
        return this.#answer(envelope, () => ({}));
      case 'cancel':
        return this.#cancel(envelope);
      default:
        return this.#accept(envelope);
    }
  }

  malformed(problem: IpcError, isFatal: boolean): void {
    this.#host.logger.warn({ event: 'ipc.malformed', clientId: this.id, problem: problem.message });
    this.#complain('MESSAGE_FORMAT_INVALID', problem.message);
    if (isFatal) void this.close('malformed');
  }

  drained(): void {
    for (const [subject, dropped] of this.#gate.reopen(this.#link.pendingBytes)) {
      this.#tellLagged(subject, dropped);
    }
  }

  /** A peer that writes its requests and closes its half still gets the answers. */
  ended(): void {
    void this.#finish();
  }

  closed(reason: string): void {
    this.#heartbeat[Symbol.dispose]();
    this.#abortAll();
    for (const pattern of this.#patterns) this.#host.unsubscribe(pattern, this);
    this.#patterns.clear();
    this.#host.logger.debug({ event: 'ipc.client-closed', clientId: this.id, reason });
    this.#host.closed(this);
  }

  async #finish(): Promise<void> {
    if (this.#inFlight.size > 0) {
      this.#idle ??= Promise.withResolvers<void>();
      await this.#idle.promise;
    }
    await this.close('input ended');
  }

  #accept(request: Envelope): void {
    const problem = this.#findObstacle(request);
    if (problem) this.#respond(request.id, toFailedResponse(problem));
    else void this.#run(request);
  }

  #findObstacle({ type, id }: Envelope): Error | undefined {
    const { requestsInFlight } = this.#host.limits;
    if (this.#isClosing) return new IpcError('closed', 'The server is closing.');
    if (isReservedType(type)) return failure('MESSAGE_FORMAT_INVALID', `A client does not send "${type}".`);
    if (this.#inFlight.has(id)) return failure('MESSAGE_FORMAT_INVALID', `Request id "${id}" is in use.`);
    if (this.#inFlight.size < requestsInFlight) return undefined;
    return failure('RATE_LIMIT_EXCEEDED', `More than ${requestsInFlight} requests wait for their answers.`);
  }

  async #run({ type, payload, id }: Envelope): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.set(id, controller);
    try {
      const data = await this.#host.handle({ type, payload, clientId: this.id, signal: controller.signal });
      this.#respond(id, { status: 'success', data });
    } catch (thrown) {
      this.#respond(id, toFailedResponse(thrown));
    } finally {
      this.#inFlight.delete(id);
      if (this.#inFlight.size === 0) this.#idle?.resolve();
    }
  }

  #answer({ id }: Envelope, act: () => unknown): void {
    try {
      this.#respond(id, { status: 'success', data: act() });
    } catch (thrown) {
      this.#respond(id, toFailedResponse(thrown));
    }
  }

  #subscribe(payload: unknown): object {
    const added = new Set(parseSubjects(payload).filter((pattern) => !this.#patterns.has(pattern)));
    const { subscriptions } = this.#host.limits;
    if (this.#patterns.size + added.size > subscriptions) {
      throw failure('RATE_LIMIT_EXCEEDED', `A client may hold at most ${subscriptions} subscriptions.`);
    }
    for (const pattern of added) {
      this.#patterns.add(pattern);
      this.#host.subscribe(pattern, this);
    }
    return { subscriptions: this.#patterns.size };
  }

  #unsubscribe(payload: unknown): object {
    for (const pattern of parseSubjects(payload)) {
      if (this.#patterns.delete(pattern)) this.#host.unsubscribe(pattern, this);
    }
    return { subscriptions: this.#patterns.size };
  }

  #cancel({ id, payload }: Envelope): void {
    const parsed = CancelPayload.safeParse(payload);
    if (parsed.success) this.#inFlight.get(parsed.data.request_id)?.abort();
    else this.#complain('MESSAGE_FORMAT_INVALID', 'cancel needs a request_id.', id);
  }

  #respond(id: string, payload: ResponsePayload): void {
    const { frameBytes } = this.#host.limits;
    try {
      const bytes = this.#send({ type: 'response', id, payload });
      if (bytes <= frameBytes) return;
      const problem = new IpcError('too-large', `The answer has ${bytes} bytes, more than ${frameBytes}.`);
      this.#send({ type: 'response', id, payload: toFailedResponse(problem) });
    } catch (cause) {
      // The handler's answer holds what no codec can write, such as a cycle.
      this.#host.logger.error({ event: 'ipc.answer-unwritable', clientId: this.id, cause });
      this.#send({ type: 'response', id, payload: toFailedResponse(cause) });
    }
  }

  #tellLagged(subject: string, dropped: number): void {
    this.#host.logger.warn({ event: 'ipc.dropped', clientId: this.id, subject, dropped });
    this.#send({ type: 'lagged', id: this.#host.nextId(), payload: { subject, dropped } });
  }

  #complain(code: string, message: string, originalId?: string): void {
    this.#send(toErrorEnvelope({ id: this.#host.nextId(), code, message, originalId }));
  }

  #send(envelope: Envelope): number {
    const { frameBytes, disconnectAboveBytes } = this.#host.limits;
    const bytes = this.#link.send(new OutgoingMessage(envelope), frameBytes);
    if (this.#link.pendingBytes > disconnectAboveBytes) {
      this.#host.logger.warn({
        event: 'ipc.reader-too-slow',
        clientId: this.id,
        pendingBytes: this.#link.pendingBytes,
      });
      this.#link.destroy('reader too slow');
    }
    return bytes;
  }

  #abortAll(): void {
    for (const controller of this.#inFlight.values()) controller.abort();
  }
}

function parseSubjects(payload: unknown): readonly string[] {
  const parsed = SubjectsPayload.safeParse(payload);
  if (parsed.success) return parsed.data.subjects;
  throw failure('MESSAGE_FORMAT_INVALID', 'subscribe and unsubscribe need {"subjects": ["…"]}.');
}

/** A failure with a code of the protocol document instead of one of ours. */
function failure(code: 'MESSAGE_FORMAT_INVALID' | 'RATE_LIMIT_EXCEEDED', message: string): Error {
  return Object.assign(new Error(message), { code });
}
