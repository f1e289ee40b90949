import type { Logger } from '../logger.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { SubscriptionTable } from '../subscription-table.ts';

/** Gets the payload of each message, and the subject, which differs from the pattern for `prefix*`. */
export type SubjectListener = (payload: unknown, subject: string) => void;

interface Subscription {
  readonly listener: SubjectListener;
}

/** Who in this process listens to what. One listener that throws disturbs no other. */
export class Subscriptions {
  readonly #table = new SubscriptionTable<Subscription>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  patterns(): readonly string[] {
    return this.#table.patterns();
  }

  /** `onWanted` tells whether the pattern got its first listener or lost its last. */
  add(pattern: string, listener: SubjectListener, onWanted: (isWanted: boolean) => void): () => void {
    const subscription = { listener };
    if (this.#table.add(pattern, subscription)) onWanted(true);
    return () => {
      if (this.#table.remove(pattern, subscription)) onWanted(false);
    };
  }

  deliver({ type, payload }: Envelope): void {
    for (const { listener } of this.#table.match(type)) {
      try {
        listener(payload, type);
      } catch (cause) {
        this.#logger.error({ event: 'ipc.listener-failed', subject: type, cause });
      }
    }
  }
}
