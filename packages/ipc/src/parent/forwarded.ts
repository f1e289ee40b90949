import { FrameSkimmer, MAX_RELAYED_HEAD_BYTES } from '../codec/skim-frame.ts';
import type { Buffers, Receipt } from '../daemon/buffers.ts';
import { checkMayPublish, checkMessage, checkName, toFailure } from '../daemon/check-message.ts';
import type { DaemonLimits } from '../daemon/daemon-limits.ts';
import type { DaemonSession } from '../daemon/daemon-session.ts';
import { Incoming } from '../daemon/incoming.ts';
import type { RequestRoutes } from '../daemon/request-routes.ts';
import type { Logger } from '../logger.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { NewMessage } from '../store/message-store.ts';

export interface ForwardedOptions {
  readonly buffers: Buffers;
  readonly requests: RequestRoutes;
  readonly limits: DaemonLimits;
  readonly logger: Logger;
}

type Kept = Receipt | WireFailure;

/** The side of the parent: keeps what a daemon below forwards, all of a page at once, each message checked like any other. */
export class Forwarded {
  readonly #options: ForwardedOptions;

  constructor(options: ForwardedOptions) {
    this.#options = options;
  }

  /** Rejects when nothing was kept. */
  async take(session: DaemonSession, { messages }: PayloadOf<'daemon_forward'>): Promise<object> {
    const count = countAllowed(session, messages.length);
    const read = messages.slice(0, count).map((bytes) => this.#read(session, bytes));
    const good = read.filter((message): message is NewMessage => !(message instanceof WireFailure));
    this.#expectAnswers(session, good);
    const receipts = await this.#keep(session, good);
    const results = read.map((message) => {
      if (message instanceof WireFailure) return toResult(message);
      return toResult(receipts[good.indexOf(message)]);
    });
    return count < messages.length ? { results, retry_after: session.bucket.waitMs } : { results };
  }

  async #keep(session: DaemonSession, messages: readonly NewMessage[]): Promise<readonly Kept[]> {
    const size = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
    // One page is never too much: it would be so at each try.
    if (session.durableBytes > 0 && session.durableBytes + size > this.#options.limits.durableBytes) {
      const text = 'Too much of this client is on its way to the disk.';
      throw new WireFailure('RATE_LIMIT_EXCEEDED', text, { retryAfterMs: 100 });
    }
    session.durableBytes += size;
    try {
      return await this.#keepAll(messages);
    } finally {
      session.durableBytes -= size;
    }
  }

  /** Together; one by one when that is more than the store ever takes, to find out which one it is. */
  async #keepAll(messages: readonly NewMessage[]): Promise<readonly Kept[]> {
    try {
      return await this.#options.buffers.keepAll(messages);
    } catch (cause) {
      const failure = toFailure(cause);
      if (failure.code !== 'MESSAGE_FORMAT_INVALID') throw failure;
      if (messages.length === 1) return [failure];
    }
    const kept: Kept[] = [];
    for (const message of messages) kept.push(...(await this.#keepAll([message])));
    return kept;
  }

  #read(session: DaemonSession, bytes: unknown): NewMessage | WireFailure {
    try {
      const message = toIncoming(bytes);
      checkName(message.type);
      checkMayPublish(session, message.type);
      const { taskspace, isDurable } = checkMessage(session, message, this.#options.limits.frameBytes);
      const { type, id } = message;
      if (isDurable && taskspace !== undefined)
        return { stream: taskspace, id, type, bytes: message.stampedBy(session.id) };
      return new WireFailure('MESSAGE_FORMAT_INVALID', `${type} is not kept: only durable messages are forwarded.`);
    } catch (cause) {
      return toFailure(cause);
    }
  }

  /** Whoever makes taskspaces here answers requests from below too. */
  #expectAnswers(session: DaemonSession, messages: readonly NewMessage[]): void {
    for (const { type, id } of messages) {
      if (type !== 'buffer_taskspace_spawn' || session.asked.has(id)) continue;
      try {
        this.#options.requests.expectFromManagers(session, id);
      } catch (cause) {
        // Too many wait already: the message is kept all the same, only its answer finds no way back.
        this.#options.logger.warn({ event: 'daemon.answer-not-awaited', id, cause });
      }
    }
  }
}

/** As many as the rate of the client allows; the first one has been paid with the frame. */
function countAllowed({ bucket }: DaemonSession, count: number): number {
  let allowed = 1;
  while (allowed < count && bucket.take()) allowed++;
  return allowed;
}

function toResult(kept: Kept | undefined): object {
  if (kept instanceof WireFailure) return { error_code: kept.code, error: kept.message };
  return { seq: kept?.seq, duplicate: kept?.duplicate };
}

function toIncoming(bytes: unknown): Incoming {
  if (!(bytes instanceof Uint8Array)) throw new WireFailure('MESSAGE_FORMAT_INVALID', 'A forwarded message is bytes.');
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const skimmer = new FrameSkimmer({ maxHeadBytes: MAX_RELAYED_HEAD_BYTES });
  skimmer.open(frame);
  if (!skimmer.next()) throw new WireFailure('MESSAGE_FORMAT_INVALID', 'A forwarded message is empty.');
  const message = new Incoming(skimmer, frame);
  if (message.size === frame.length) return message;
  throw new WireFailure('MESSAGE_FORMAT_INVALID', 'Behind a forwarded message are more bytes.');
}
