import type { StoreCallOptions, Stored, StoredMessage } from './message-store.ts';

/** A message that its receiver refused for good. */
export interface DeadLetter {
  /** Names it in `retryDeadLetter`; rises, never used twice. */
  readonly number: number;
  readonly reason: string;
  /** As it was in its stream. */
  readonly message: StoredMessage;
}

export interface DeadLetterOptions extends StoreCallOptions {
  /** Only dead letters with a higher number. @default 0 */
  readonly after?: number | undefined;
  /** @default 100 */
  readonly limit?: number | undefined;
}

/** Messages set aside so that they do not block their stream. Bounded: the oldest are dropped and counted. */
export interface DeadLetterStore {
  /** Takes the message out of its stream. False when it is not there any longer. */
  moveToDeadLetters(
    letter: { readonly stream: string; readonly seq: number; readonly reason: string },
    options?: StoreCallOptions,
  ): Promise<boolean>;
  /** Oldest first. An answer holds 1 MiB, or one. */
  listDeadLetters(options?: DeadLetterOptions): Promise<readonly DeadLetter[]>;
  /** Puts it at the end of its stream, under a new number. Null when there is no such dead letter. */
  retryDeadLetter(number: number, options?: StoreCallOptions): Promise<Stored | null>;
}
