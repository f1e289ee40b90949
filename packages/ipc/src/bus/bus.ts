import type { ConnectionState } from '../client/connection-state.ts';

/** For calls that wait. A call that was aborted may have been done all the same. */
export interface BusCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A message as a subscriber gets it; `payload` is a copy of its own. */
export interface BusMessage {
  readonly subject: string;
  /** Given by the publisher: who sees it twice got the same message twice. */
  readonly id: string;
  readonly payload: unknown;
  /** ISO 8601, by the clock of the publisher. */
  readonly timestamp: string | undefined;
  /** Of durable messages, else null. */
  readonly stream: string | null;
}

/** A message of a durable consumer. What is not acknowledged comes again when the consumer is opened again. */
export interface DurableMessage extends BusMessage {
  readonly stream: string;
  /** Rises within the stream. */
  readonly seq: number;
  /**
   * This message is done; twice is harmless. The place of the consumer moves on over messages that are done without a gap.
   * Settles when that is kept, and waits for the connection; at once while an earlier message is not done. Rejects with
   * `consumer-taken` or `closed`.
   */
  ack(options?: BusCallOptions): Promise<void>;
}

export interface PublishOptions extends BusCallOptions {
  /** Up to 256 characters. A durable message with the id of another of its stream is that one. @default a random one */
  readonly id?: string | undefined;
}

/** What became of a published message. */
export interface PublishReceipt {
  readonly id: string;
  /** Where a durable message lies; null for others, which nobody keeps. */
  readonly stored: { readonly stream: string; readonly seq: number; readonly isDuplicate: boolean } | null;
}

export interface SubscribeOptions extends BusCallOptions {
  /** Of all who subscribe to the same pattern with the same queue, one gets each message. */
  readonly queue?: string | undefined;
  /** Messages that may wait for the reader; beyond it, or above 64 MiB, the oldest are dropped and counted. @default 4096 */
  readonly maxWaiting?: number | undefined;
}

/** Messages in the order of arrival, for one reader. Leaving the loop, disposing or the signal ends it. */
export interface BusSubscription extends AsyncIterable<BusMessage>, AsyncDisposable {
  readonly pattern: string;
  /** Messages that were left out because the reader was slow. */
  readonly dropped: number;
}

export interface ConsumeOptions extends BusCallOptions {
  readonly stream: string;
  /** The place is kept under this name, over restarts of all concerned. Up to 64 bytes. */
  readonly name: string;
  /** Where a consumer that is new begins. @default 'new' */
  readonly start?: 'new' | 'all' | { readonly seq: number } | undefined;
}

/** Messages in the order of the stream, for one reader, as fast as it reads. Leaving the loop, disposing or the signal ends it. */
export interface BusConsumer extends AsyncIterable<DurableMessage>, AsyncDisposable {
  readonly stream: string;
  readonly name: string;
}

export interface BusRequestOptions extends BusCallOptions {
  /** @default 30000 */
  readonly timeoutMs?: number | undefined;
}

/** A request as the handler of `respond` gets it. */
export interface BusRequest {
  readonly subject: string;
  readonly id: string;
  readonly payload: unknown;
  /** Aborts when nobody waits for the answer any longer, or the responder ends. */
  readonly signal: AbortSignal;
}

/** Gives the answer. What it throws arrives as `refused`, with its `code`, `message` and `hint`. */
export type HandleBusRequest = (request: BusRequest) => unknown;

export interface BusStreamStatus {
  readonly stream: string;
  readonly messages: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** What a bus holds at the moment. */
export interface BusStatus {
  readonly kind: 'embedded' | 'nats';
  readonly state: ConnectionState;
  /** Of a message with all its fields. */
  readonly maxMessageBytes: number;
  readonly subscriptions: number;
  /** Durable messages of this bus that are not on the disk yet. */
  readonly waiting: number;
  readonly streams: readonly BusStreamStatus[];
}

/**
 * Messages between programs that know one another by subjects only (docs/guides/bus.md). Subjects that begin `buffer.`
 * and types that begin `buffer_` are durable: published means kept. All else reaches who listens at that moment.
 * Rejects with `IpcError`: `malformed` and `reserved-subject` for names, `too-large`, `not-connected`, `queue-full`, `access-denied`, `closed`.
 */
export interface Bus extends AsyncDisposable {
  readonly state: ConnectionState;
  /** Called at each change of `state` until the returned function is called. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Durable: settles when it is kept, and waits for the connection. Else: settles when it is on its way. */
  publish(subject: string, payload: unknown, options?: PublishOptions): Promise<PublishReceipt>;
  /** Settles when messages that are published from now on arrive. `*` is one token, `>` the rest, `prefix*` may come last. */
  subscribe(pattern: string, options?: SubscribeOptions): Promise<BusSubscription>;
  /** Opens a durable consumer where it was. Who reads under the same name elsewhere ends with `consumer-taken`. */
  consume(options: ConsumeOptions): Promise<BusConsumer>;
  /** The answer of one responder. Rejects with `refused` (`remote.code` is `NO_RESPONDERS` when there is none) or `timed-out`. */
  request(subject: string, payload?: unknown, options?: BusRequestOptions): Promise<unknown>;
  /** Answers requests on a subject or pattern (no `prefix*`) until disposed or aborted. One responder of all gets each. */
  respond(pattern: string, handle: HandleBusRequest, options?: BusCallOptions): Promise<AsyncDisposable>;
  status(options?: BusCallOptions): Promise<BusStatus>;
}
