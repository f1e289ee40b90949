import type { ConsumerStore } from './consumer-store.ts';
import type { DeadLetterStore } from './dead-letter-store.ts';
import type { StoreLimits } from './store-limits.ts';

/** For calls that wait. A call that was aborted may have been done all the same. */
export interface StoreCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A message to keep. `bytes` are its envelope in the binary codec; nobody may write to them before the append settles. */
export interface NewMessage {
  readonly stream: string;
  /** Names the message within its stream: a second one with the same id is a duplicate. */
  readonly id: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Where a message came to lie. */
export interface Stored {
  /** Number within the stream, rising by one; never used twice, not even after damage. */
  readonly seq: number;
  /** Microseconds since 1970, strictly rising over the whole store, whatever the clock does. */
  readonly receivedAt: number;
  /** True when the stream knew the id: nothing was stored, the fields are those of the first one. */
  readonly isDuplicate: boolean;
}

export interface StoredMessage extends NewMessage {
  readonly seq: number;
  readonly receivedAt: number;
}

export interface ReadOptions extends StoreCallOptions {
  /** Only messages with a higher number. @default 0 */
  readonly afterSeq?: number | undefined;
  /** Only messages that were received later than this ISO time. */
  readonly since?: string | undefined;
  /** @default 1000 */
  readonly limit?: number | undefined;
  /** Size of the answer; at least one message is given. @default 1 MiB */
  readonly maxBytes?: number | undefined;
}

export interface ReplayOptions extends StoreCallOptions {
  /** @default all streams */
  readonly stream?: string | undefined;
  /** Only messages that were received later than this ISO time. */
  readonly since?: string | undefined;
}

/** What was not acknowledged at the moment of the replay. */
export interface Replay {
  /** Oldest first, over all streams. Two pages at most are in memory; leaving the loop frees them. */
  readonly pages: AsyncIterable<readonly StoredMessage[]>;
  /** ISO, 6 decimals. Acknowledging up to it takes what the replay gives, and nothing that arrived later. */
  readonly replayTimestamp: string;
}

export interface StreamStats {
  readonly stream: string;
  readonly messages: number;
  readonly bytes: number;
  /** Oldest message that is kept; `lastSeq + 1` when there is none. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Messages that the limits took before they were done with, over the life of the stream. */
  readonly dropped: number;
  /** Number of the newest acknowledged message; 0 when none was. */
  readonly acknowledgedSeq: number;
}

export interface StoreStats {
  readonly streams: readonly StreamStats[];
  readonly messages: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly deadLetters: number;
  /** Dead letters that the limits took. */
  readonly deadLettersDropped: number;
}

/** What was found broken, at the start or later. The store went on empty; numbers of its streams go on above the old ones. */
export interface StoreDamage {
  /** Where the broken database was moved. */
  readonly path: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Durable messages in numbered streams (symposium-ipc, section 4). A message is kept until it is acknowledged and every
 * durable consumer of its stream has passed it, or until the limits drop it. What is called first takes effect first.
 * Rejects with `IpcError`: `store-full` (reading goes on; it heals by itself), `store-damaged`, `store-failed`; after
 * dispose, which settles what was called before, `closed`.
 */
export interface MessageStore extends ConsumerStore, DeadLetterStore, AsyncDisposable {
  readonly limits: StoreLimits;
  readonly damage: StoreDamage | null;
  /**
   * On the disk when it settles: a kill -9 or a power cut loses nothing. All of `messages` are kept or none. Rejects at
   * once with `store-busy` when too many bytes wait, and with `too-large` for what could never be kept.
   */
  append(messages: readonly NewMessage[], options?: StoreCallOptions): Promise<readonly Stored[]>;
  /** Kept messages of one stream in order, acknowledged or not. */
  read(stream: string, options?: ReadOptions): Promise<readonly StoredMessage[]>;
  replay(options?: ReplayOptions): Promise<Replay>;
  /** Takes all of the stream that was received up to this ISO time. Gives how many were not acknowledged before. */
  acknowledge(stream: string, replayTimestamp: string, options?: StoreCallOptions): Promise<number>;
  stats(options?: StoreCallOptions): Promise<StoreStats>;
  /** Drops what is too old. Happens by itself every few minutes. Gives the number of messages dropped. */
  prune(options?: StoreCallOptions): Promise<number>;
}
