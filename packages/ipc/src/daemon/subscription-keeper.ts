import { WireFailure } from '../protocol/wire-codes.ts';
import type { PayloadOf } from '../protocol/message-types.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { findNearNames } from '../protocol/near-names.ts';
import { messageTypes } from '../protocol/message-types.ts';
import { findPatternFault, isLiteral } from '../subjects/pattern.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { DurableConsumers } from './durable-consumers.ts';
import type { Exchange } from './exchange.ts';

/** What happens to a client that reads too slowly. */
export type Policy = 'drop-oldest' | 'disconnect' | 'pause';

/** One pattern that a client subscribed to. */
export interface Subscription {
  readonly pattern: string;
  readonly queue: string | undefined;
  readonly policy: Policy;
}

export interface SubscriptionKeeperOptions {
  readonly exchange: Exchange;
  readonly consumers: DurableConsumers;
  readonly maxPerClient: number;
}

/** Takes subscriptions on, within what the client may have, and off. */
export class SubscriptionKeeper {
  readonly #options: SubscriptionKeeperOptions;

  constructor(options: SubscriptionKeeperOptions) {
    this.#options = options;
  }

  async subscribe(session: DaemonSession, payload: PayloadOf<'subscribe'>): Promise<object> {
    const { subjects, queue, policy = payload.durable === undefined ? 'drop-oldest' : 'pause', durable } = payload;
    for (const pattern of subjects) checkPattern(session, pattern);
    if ((policy === 'pause') === (durable === undefined) && policy !== 'disconnect') {
      const problem =
        'The policy "pause" is for durable consumers, who lose nothing, and "drop-oldest" for the others.';
      throw new WireFailure('MESSAGE_FORMAT_INVALID', problem);
    }
    if (durable !== undefined) return this.#subscribeDurably(session, { ...payload, durable }, policy);
    this.add(
      session,
      subjects.map((pattern) => ({ pattern, queue, policy })),
    );
    return this.count(session);
  }

  /** All of `wanted`, or none. Throws a `WireFailure`. */
  add(session: DaemonSession, wanted: readonly Subscription[]): void {
    const { exchange, maxPerClient } = this.#options;
    for (const { pattern } of wanted) checkPattern(session, pattern);
    const added = wanted.filter((subscription) => !session.subscriptions.has(keyOf(subscription)));
    if (session.subscriptions.size + added.length > maxPerClient) {
      throw new WireFailure('LIMIT_EXCEEDED', `A client may have at most ${maxPerClient} subscriptions.`);
    }
    for (const subscription of wanted) {
      session.subscriptions.set(keyOf(subscription), subscription);
      exchange.table.add(subscription.pattern, session, subscription.queue);
    }
  }

  unsubscribe(session: DaemonSession, { subjects, queue }: PayloadOf<'unsubscribe'>): object {
    for (const pattern of subjects) {
      if (session.subscriptions.delete(keyOf({ pattern, queue }))) {
        this.#options.exchange.table.remove(pattern, session, queue);
      }
      if (queue === undefined) this.#options.consumers.stop(session, pattern);
    }
    return this.count(session);
  }

  /** The client is gone. */
  drop(session: DaemonSession): void {
    for (const { pattern, queue } of session.subscriptions.values()) {
      this.#options.exchange.table.remove(pattern, session, queue);
    }
    session.subscriptions.clear();
    this.#options.consumers.stopAll(session);
  }

  count(session: DaemonSession): { readonly subscriptions: number } {
    return { subscriptions: session.subscriptions.size + this.#options.consumers.countOf(session) };
  }

  async #subscribeDurably(
    session: DaemonSession,
    { subjects, durable, queue, start, stream = streamOf(subjects) }: PayloadOf<'subscribe'> & { durable: string },
    policy: Policy,
  ): Promise<object> {
    if (stream === undefined || queue !== undefined) {
      const problem = 'A durable consumer reads one stream, which it names, and belongs to no queue.';
      throw new WireFailure('MESSAGE_FORMAT_INVALID', problem);
    }
    if (!session.sees(stream)) {
      throw new WireFailure('AUTHENTICATION_FAILED', `This client may not read the stream ${stream}.`);
    }
    if (this.count(session).subscriptions + subjects.length > this.#options.maxPerClient) {
      throw new WireFailure('LIMIT_EXCEEDED', `A client may have at most ${this.#options.maxPerClient} subscriptions.`);
    }
    await this.#options.consumers.open(session, { name: durable, stream, start, subjects, policy });
    return this.count(session);
  }
}

function checkPattern({ identity }: DaemonSession, pattern: string): void {
  const fault = findPatternFault(pattern);
  if (fault !== undefined) throw new WireFailure('MESSAGE_FORMAT_INVALID', `The pattern "${pattern}" ${fault}.`);
  if (isLiteral(pattern) && !pattern.includes('.') && findMessageType(pattern) === undefined) {
    const near = findNearNames(pattern, Object.keys(messageTypes));
    const question = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
    throw new WireFailure(
      'MESSAGE_FORMAT_INVALID',
      `There is no type "${pattern}".${question} A subject has a dot in it.`,
    );
  }
  if (identity.maySubscribe(pattern)) return;
  throw new WireFailure('AUTHENTICATION_FAILED', `This client may not subscribe to ${pattern}.`);
}

/** The stream that all of the subjects `buffer.<stream>.…` name. */
function streamOf(subjects: readonly string[]): string | undefined {
  const streams = new Set(
    subjects.map((subject) => {
      const [buffer, stream] = subject.split('.');
      return buffer === 'buffer' && stream !== undefined && isLiteral(stream) ? stream : undefined;
    }),
  );
  const [only, ...others] = streams;
  return others.length === 0 ? only : undefined;
}

function keyOf({ pattern, queue = '' }: { readonly pattern: string; readonly queue?: string | undefined }): string {
  return `${pattern} ${queue}`;
}
