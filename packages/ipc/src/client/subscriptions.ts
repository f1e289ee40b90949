import type { Logger } from '../logger.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { SubjectTable } from '../subjects/subject-table.ts';

/** Gets the payload of each message, and the subject, which may differ from the pattern. */
export type SubjectListener = (payload: unknown, subject: string) => void;

interface Subscription {
  readonly listener: SubjectListener;
  isStopped: boolean;
}

/** Who in this process listens to what. One listener that throws disturbs no other. */
export class Subscriptions {
  readonly #table = new SubjectTable<Subscription>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  patterns(): readonly string[] {
    return this.#table.patterns();
  }

  /** `onWanted` tells whether the pattern got its first listener or lost its last. */
  add(pattern: string, listener: SubjectListener, onWanted: (isWanted: boolean) => void): () => void {
    const subscription: Subscription = { listener, isStopped: false };
    if (this.#table.add(pattern, subscription)) onWanted(true);
    return () => {
      subscription.isStopped = true;
      if (this.#table.remove(pattern, subscription)) onWanted(false);
    };
  }

  deliver({ type, payload }: Envelope): void {
    for (const subscription of this.#table.match(type).subscribers) {
      // One that was called before may have stopped it.
      if (subscription.isStopped) continue;
      try {
        subscription.listener(payload, type);
      } catch (cause) {
        this.#logger.error({ event: 'ipc.listener-failed', subject: type, cause });
      }
    }
  }
}
