import type { PayloadOf } from '../protocol/message-types.ts';
import { takeoverNotice } from '../protocol/takeover-notice.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { Logger } from '../logger.ts';
import type { ConsumerStart } from '../store/consumer-store.ts';
import type { MessageStore } from '../store/message-store.ts';
import { ConsumerPump } from './consumer-pump.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Relayed } from './relayed.ts';
import type { Policy } from './subscription-keeper.ts';

/** A message that has just come to lie on the disk. */
export interface Placed {
  readonly stream: string;
  readonly seq: number;
  readonly type: string;
  /** With its place in the head. */
  readonly run: Relayed;
}

export interface OpenConsumer {
  readonly name: string;
  readonly stream: string;
  readonly start: ConsumerStart | undefined;
  readonly subjects: readonly string[];
  readonly policy: Policy;
}

/** The durable consumers that are connected now: each gets what is in its stream, from where it was. */
export class DurableConsumers {
  readonly #store: MessageStore;
  readonly #logger: Logger;
  readonly #byStream = new Map<string, Map<string, ConsumerPump>>();
  readonly #bySession = new Map<DaemonSession, Set<ConsumerPump>>();

  constructor(store: MessageStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Begins to send. A second connection of the same name takes the place of the first one, which is told. */
  async open(session: DaemonSession, { name, stream, start, subjects, policy }: OpenConsumer): Promise<void> {
    const { ackedSeq } = await this.#store.openConsumer({ name, stream, start });
    const before = this.#byStream.get(stream)?.get(name);
    if (before) {
      this.#remove(before);
      if (before.session !== session) {
        before.session.complain(new WireFailure('CANCELLED', takeoverNotice(name, stream)));
      }
    }
    const pump = new ConsumerPump({
      store: this.#store,
      logger: this.#logger,
      session,
      name,
      stream,
      subjects,
      policy,
      ackedSeq,
    });
    const named = this.#byStream.get(stream) ?? new Map<string, ConsumerPump>();
    this.#byStream.set(stream, named.set(name, pump));
    this.#bySession.set(session, (this.#bySession.get(session) ?? new Set()).add(pump));
    // The answer to `subscribe` comes first.
    setImmediate(() => pump.wake());
  }

  /** A new message: whoever is up to date gets it at once, the others find it on the disk. */
  offer(placed: Placed): void {
    for (const pump of this.#byStream.get(placed.stream)?.values() ?? []) pump.offer(placed);
  }

  /** There is room again. */
  drained(session: DaemonSession): void {
    for (const pump of this.#bySession.get(session) ?? []) pump.wake();
  }

  async acknowledge(session: DaemonSession, { stream, name, seq }: PayloadOf<'consumer_ack'>): Promise<object> {
    this.#checkRight(session, stream);
    const pump = this.#byStream.get(stream)?.get(name);
    const upTo = pump?.reachOf(seq) ?? seq;
    const { ackedSeq } = await this.#store.advance({ name, stream, ackedSeq: upTo });
    return { acked_seq: ackedSeq };
  }

  async remove(session: DaemonSession, { stream, name }: PayloadOf<'consumer_remove'>): Promise<object> {
    this.#checkRight(session, stream);
    const pump = this.#byStream.get(stream)?.get(name);
    if (pump) this.#remove(pump);
    return { removed: await this.#store.removeConsumer({ stream, name }) };
  }

  /** Ends the consumers of a client that have this pattern. Their place stays. */
  stop(session: DaemonSession, pattern: string): void {
    for (const pump of this.#bySession.get(session) ?? []) {
      if (pump.subjects.includes(pattern)) this.#remove(pump);
    }
  }

  stopAll(session: DaemonSession): void {
    for (const pump of this.#bySession.get(session) ?? []) this.#remove(pump);
  }

  countOf(session: DaemonSession): number {
    return this.#bySession.get(session)?.size ?? 0;
  }

  #checkRight(session: DaemonSession, stream: string): void {
    if (!session.sees(stream)) {
      throw new WireFailure('AUTHENTICATION_FAILED', `This client may not read the stream ${stream}.`);
    }
  }

  #remove(pump: ConsumerPump): void {
    pump.stop();
    const named = this.#byStream.get(pump.stream);
    if (named?.get(pump.name) === pump) named.delete(pump.name);
    if (named?.size === 0) this.#byStream.delete(pump.stream);
    const own = this.#bySession.get(pump.session);
    own?.delete(pump);
    if (own?.size === 0) this.#bySession.delete(pump.session);
  }
}
