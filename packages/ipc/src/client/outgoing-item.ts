import type { Envelope } from '../protocol/envelope.ts';
import type { LogPlace } from './outgoing-log.ts';

/** What the daemon answers when a message is on its disk. */
export interface Receipt {
  readonly stream: string;
  readonly seq: number;
  /** True: a message of this id was kept before, at this `seq`. */
  readonly duplicate: boolean;
}

/** What became of a message. */
export type Outcome =
  | { readonly kind: 'confirmed'; readonly receipt: Receipt | null }
  /** The daemon will never take it; or nobody wants it to be sent any longer. */
  | { readonly kind: 'refused' | 'dropped'; readonly cause: unknown };

/** A message on its way out. */
export interface OutgoingItem {
  readonly envelope: Envelope;
  readonly bytes: number;
  /** Answered with a receipt, and sent again until it is. */
  readonly isDurable: boolean;
  /** Settles with the receipt; for what is not durable, with null when it was handed over. */
  readonly receipt: PromiseWithResolvers<Receipt | null>;
  /** Settles when it was handed over to a connection, or will be later. */
  readonly accepted: PromiseWithResolvers<void>;
  readonly place: LogPlace | undefined;
}

/** An item whose promises nobody has to watch. */
export function createItem(fields: Pick<OutgoingItem, 'envelope' | 'bytes' | 'isDurable' | 'place'>): OutgoingItem {
  const receipt = Promise.withResolvers<Receipt | null>();
  const accepted = Promise.withResolvers<void>();
  receipt.promise.catch(() => undefined);
  accepted.promise.catch(() => undefined);
  return { ...fields, receipt, accepted };
}

/** Tells who waits for the item. */
export function settleItem({ receipt, accepted }: OutgoingItem, outcome: Outcome): void {
  if (outcome.kind === 'confirmed') {
    receipt.resolve(outcome.receipt);
    accepted.resolve();
  } else {
    receipt.reject(outcome.cause);
    accepted.reject(outcome.cause);
  }
}
