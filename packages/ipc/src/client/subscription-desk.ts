import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Envelope, ErrorPayload } from '../protocol/envelope.ts';
import { takeoverNotice } from '../protocol/takeover-notice.ts';
import { SubjectTable } from '../subjects/subject-table.ts';
import { AckSender } from './ack-sender.ts';
import { doPatternsOverlap } from './pattern-overlap.ts';
import type { ReadingBrake } from './reading-brake.ts';
import type { ServerConnection } from './server-connection.ts';
import { type Sink, streamOf } from './sink.ts';
import type { SubscriptionHost } from './subscription.ts';

export interface SubscriptionDeskOptions {
  readonly brake: ReadingBrake;
  readonly logger: Logger;
  readonly createId: () => string;
  readonly onDropped: (subject: string) => void;
}

/** Who in this process gets which message, and what the daemon is told of it. */
export class SubscriptionDesk implements SubscriptionHost {
  readonly #options: SubscriptionDeskOptions;
  readonly #table = new SubjectTable<Sink>();
  readonly #acks = new Map<Sink, AckSender>();
  #connection: ServerConnection | undefined;

  constructor(options: SubscriptionDeskOptions) {
    this.#options = options;
  }

  /** Throws `subscription-overlap`. */
  open(sink: Sink): void {
    this.#checkOverlap(sink);
    for (const pattern of sink.patterns) this.#table.add(pattern, sink);
    this.#acks.set(sink, new AckSender(sink, this.#options.createId));
    if (this.#connection) void this.#subscribe(this.#connection, sink).catch(() => undefined);
  }

  /** All that is wanted now, on a new connection. */
  async greet(connection: ServerConnection): Promise<void> {
    this.#connection = connection;
    await Promise.all([...this.#acks.keys()].map((sink) => this.#subscribe(connection, sink)));
  }

  detach(): void {
    this.#connection = undefined;
  }

  deliver(envelope: Envelope): void {
    for (const sink of this.#table.match(envelope.type).subscribers) {
      if (sink.options.durable === undefined || envelope.stream === streamOf(sink)) sink.accept(envelope);
    }
  }

  fail(reason: Error): void {
    this.#connection = undefined;
    for (const sink of this.#acks.keys()) sink.fail(reason);
  }

  /** Ends the durable consumer that the daemon says is read elsewhere. */
  noteError({ error_message: message }: ErrorPayload): void {
    for (const sink of this.#acks.keys()) {
      const { durable } = sink.options;
      if (durable !== undefined && takeoverNotice(durable, streamOf(sink) ?? '') === message) {
        sink.fail(new IpcError('consumer-taken', message));
      }
    }
  }

  holdUp(sink: Sink, isFull: boolean): void {
    if (isFull) this.#options.brake.hold(sink);
    else this.#options.brake.let(sink);
  }

  restart(sink: Sink): void {
    if (this.#connection) void this.#subscribe(this.#connection, sink).catch(() => undefined);
  }

  acknowledge(sink: Sink): void {
    if (this.#connection) void this.#acks.get(sink)?.send(this.#connection);
  }

  dropped(subject: string): void {
    this.#options.onDropped(subject);
  }

  async closed(sink: Sink): Promise<void> {
    const acks = this.#acks.get(sink);
    this.#acks.delete(sink);
    for (const pattern of sink.patterns) this.#table.remove(pattern, sink);
    const connection = this.#connection;
    if (!acks || !connection) return;
    try {
      await acks.send(connection);
      await this.#unsubscribe(connection, sink);
    } catch (cause) {
      // Without the connection there is nothing left to end.
      this.#options.logger.debug({ event: 'ipc.unsubscribe-failed', cause });
    }
  }

  /** Rejects when the connection is of no use; a refusal of the daemon goes to the sink. */
  async #subscribe(connection: ServerConnection, sink: Sink): Promise<void> {
    const { queue, policy, durable, stream, start } = sink.options;
    const payload = withoutUndefined({ subjects: sink.patterns, queue, policy, durable, stream, start });
    try {
      await this.#acks.get(sink)?.send(connection);
      const id = this.#options.createId();
      await connection.exchange({ type: 'subscribe', id, payload }, { onAnswer: () => sink.resume() });
      sink.settle();
    } catch (cause) {
      if (!(cause instanceof IpcError) || cause.code !== 'refused' || cause.remote?.code === 'SHUTTING_DOWN')
        throw cause;
      this.#options.logger.error({ event: 'ipc.subscribe-refused', subjects: sink.patterns, cause });
      sink.settle(cause);
    }
  }

  async #unsubscribe(connection: ServerConnection, { patterns, options }: Sink): Promise<void> {
    const others = [...this.#acks.keys()].filter(({ options: { queue } }) => queue === options.queue);
    const isShared = (pattern: string): boolean => others.some((sink) => sink.patterns.includes(pattern));
    const isDurable = options.durable !== undefined;
    const subjects = isDurable ? patterns : patterns.filter((pattern) => !isShared(pattern));
    if (subjects.length === 0) return;
    const payload = withoutUndefined({ subjects, queue: options.queue });
    await connection.exchange({ type: 'unsubscribe', id: this.#options.createId(), payload });
    // The daemon ends all durable consumers of a pattern together.
    const ended = isDurable ? others.filter((sink) => sink.patterns.some((pattern) => subjects.includes(pattern))) : [];
    await Promise.all(ended.map((sink) => this.#subscribe(connection, sink)));
  }

  /** The wire does not say which subscription a message is for: those of which that matters must not meet. */
  #checkOverlap(sink: Sink): void {
    const rival = [...this.#acks.keys()].find((other) => {
      if (isPlain(sink) && isPlain(other)) return false;
      if (
        sink.options.durable !== undefined &&
        other.options.durable !== undefined &&
        streamOf(sink) !== streamOf(other)
      )
        return false;
      return sink.patterns.some((one) => other.patterns.some((two) => doPatternsOverlap(one, two)));
    });
    if (!rival) return;
    const names = `${sink.patterns.join(', ')} and ${rival.patterns.join(', ')}`;
    throw new IpcError(
      'subscription-overlap',
      `${names} meet, and one of them is a queue, a durable consumer or a service.`,
    );
  }
}

function isPlain({ options: { queue, durable }, isResponder }: Sink): boolean {
  return queue === undefined && durable === undefined && !isResponder;
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
