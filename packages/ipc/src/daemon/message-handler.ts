import type { Logger } from '../logger.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { toFailedResponse } from '../protocol/failure.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { Buffers } from './buffers.ts';
import { type Checked, checkMayPublish, checkMessage, checkName, toFailure } from './check-message.ts';
import type { ControlTable } from './control-table.ts';
import type { DaemonLimits } from './daemon-limits.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Exchange } from './exchange.ts';
import type { MessageHandler } from './frame-relay.ts';
import type { Incoming } from './incoming.ts';
import { Relayed } from './relayed.ts';
import type { RequestRoutes } from './request-routes.ts';

export interface DaemonMessagesOptions {
  readonly exchange: Exchange;
  readonly buffers: Buffers;
  readonly requests: RequestRoutes;
  readonly controls: ControlTable;
  readonly limits: DaemonLimits;
  readonly logger: Logger;
  readonly isClosing: () => boolean;
}

/** Everything that is more than a message on a subject to pass on: checks it, does it, answers it. */
export class DaemonMessages implements MessageHandler {
  readonly #options: DaemonMessagesOptions;

  constructor(options: DaemonMessagesOptions) {
    this.#options = options;
  }

  handle(session: DaemonSession, message: Incoming): void {
    const { messagesIn, bytesIn } = this.#options.exchange.metrics;
    messagesIn.add(1);
    bytesIn.add(message.size);
    try {
      this.#handle(session, message);
    } catch (cause) {
      this.#refuse(session, message, cause);
    }
  }

  refuseRate(session: DaemonSession, message: Incoming): void {
    const { messagesPerSecond } = this.#options.limits;
    const text = `More than ${messagesPerSecond} messages in a second.`;
    const retryAfterMs = session.bucket.waitMs;
    this.#refuse(session, message, new WireFailure('RATE_LIMIT_EXCEEDED', text, { retryAfterMs }));
  }

  #handle(session: DaemonSession, message: Incoming): void {
    checkName(message.type);
    this.#checkSender(session, message);
    const { type } = message;
    // What is routed by its id alone is for those who were asked, whatever they may send otherwise.
    if (type === 'response') return this.#takeAnswer(session, message);
    if (this.#options.isClosing()) throw new WireFailure('SHUTTING_DOWN', 'The daemon is ending.');
    const control = this.#options.controls.find(type);
    const checked = checkMessage(session, message, this.#options.limits.frameBytes);
    if (control) return this.#control(checked, control);
    if (checked.isDurable) return void this.#keep(checked);
    this.#publish(checked);
  }

  #checkSender(session: DaemonSession, message: Incoming): void {
    const { hasAuth, from, type } = message;
    // The body of most is not decoded.
    if (hasAuth) this.#options.controls.authenticate(session, message.envelope.auth);
    if (from !== undefined && from !== session.id) {
      throw new WireFailure('AUTHENTICATION_FAILED', `This client is ${session.id}, not ${from.slice(0, 64)}.`);
    }
    checkMayPublish(session, type);
  }

  #takeAnswer(session: DaemonSession, message: Incoming): void {
    if (this.#options.requests.answer(session, message)) return;
    this.#options.logger.debug({ event: 'daemon.answer-unwanted', clientId: session.id });
  }

  #control(
    { session, message, payload }: Checked,
    control: (session: DaemonSession, payload: unknown) => unknown,
  ): void {
    const result = control(session, payload);
    if (result === undefined) return;
    if (result instanceof Promise) void this.#answerLater(session, message, result);
    else session.respond(message.id, { status: 'success', data: result });
  }

  async #answerLater(session: DaemonSession, message: Incoming, result: Promise<unknown>): Promise<void> {
    session.busy++;
    try {
      session.respond(message.id, { status: 'success', data: await result });
    } catch (cause) {
      this.#refuse(session, message, cause);
    } finally {
      session.busy--;
      session.settle();
    }
  }

  #publish({ session, message, taskspace }: Checked): void {
    const { exchange, requests } = this.#options;
    if (message.expectsResponse) return requests.pass(session, message, taskspace);
    const run = new Relayed(message.stampedBy(session.id));
    if (message.to === undefined) exchange.deliver(exchange.match(message.type), run, 1, taskspace);
    else this.#sendTo(message.to, run);
    if (findMessageType(message.type)) session.respond(message.id, { status: 'success', data: {} });
  }

  #sendTo(clientId: string, run: Relayed): void {
    const receiver = this.#options.exchange.find(clientId);
    if (!receiver) throw new WireFailure('CLIENT_NOT_FOUND', `No client "${clientId.slice(0, 64)}" is connected.`);
    this.#options.exchange.deliverTo(receiver, run);
  }

  async #keep({ session, message, taskspace = '' }: Checked): Promise<void> {
    const { id, type, size } = message;
    session.busy++;
    session.durableBytes += size;
    try {
      if (session.durableBytes > this.#options.limits.durableBytes) {
        const text = 'Too much of this client is on its way to the disk.';
        throw new WireFailure('RATE_LIMIT_EXCEEDED', text, { retryAfterMs: 100 });
      }
      const isRequest = type === 'buffer_taskspace_spawn';
      // Before anybody can answer it, somebody has to wait for it.
      if (isRequest) this.#options.requests.expectFromManagers(session, id);
      await this.#options.buffers.keep({ stream: taskspace, id, type, bytes: message.stampedBy(session.id) }, (data) =>
        session.respond(id, { status: isRequest ? 'pending' : 'success', data }),
      );
    } catch (cause) {
      this.#options.requests.forget(session, id);
      this.#refuse(session, message, cause);
    } finally {
      session.durableBytes -= size;
      session.busy--;
      session.settle();
    }
  }

  #refuse(session: DaemonSession, message: Incoming, cause: unknown): void {
    const failure = toFailure(cause);
    const { type, id, expectsResponse } = message;
    this.#options.exchange.metrics.refused.add(failure.code);
    this.#options.logger.debug({ event: 'daemon.refused', clientId: session.id, type, code: failure.code });
    const isAnswered = expectsResponse || type.startsWith('buffer.') || findMessageType(type)?.data;
    if (!isAnswered) return session.complain(failure, id);
    const { error, data, ...rest } = toFailedResponse(failure);
    const retry = failure.retryAfterMs === undefined ? {} : { retry_after: failure.retryAfterMs };
    session.respond(id, { ...rest, error, data: { ...Object(data), ...retry } });
  }
}
