import type { Sendable } from '../codec/codec.ts';
import type { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';

/** What happens on a link. Nothing is called before `start`, and nothing after `closed`. */
export interface LinkListener {
  message(envelope: Envelope): void;
  /** Whole binary frames as they came, not checked; a listener without it gets `message` for each envelope of them. */
  frame?(bytes: Buffer): void;
  /** Bytes that are no message. `isFatal`: the place of the next message is unknown, so the link must be closed. */
  malformed(problem: IpcError, isFatal: boolean): void;
  /** Bytes left for the other side; `pendingBytes` is smaller now. */
  drained(): void;
  /** The other side sends no more, but still reads. */
  ended(): void;
  /** Called once. */
  closed(reason: string): void;
}

/**
 * One connection, seen as a stream of envelopes in both directions. `send` never blocks and never fails: what is sent in
 * one turn of the event loop leaves together, and who sends watches `pendingBytes`.
 */
export interface Link {
  /** Bytes given to `send` that the operating system has not taken yet. */
  readonly pendingBytes: number;
  /** Milliseconds since the other side last proved to be there. */
  readonly quietMs: number;
  /** Whether the other side reads lines of text, and cannot answer `ping`. */
  readonly isText: boolean;
  start(listener: LinkListener): void;
  /** Size of the message on this link. It is sent when it has at most `maxBytes`; otherwise nothing happens. */
  send(message: Sendable, maxBytes: number): number;
  /** Takes nothing from the other side, or goes on. What was read already still comes. */
  pauseReading(isPaused: boolean): void;
  /** Asks the other side for a sign of life, where the encoding can. */
  ping(): void;
  /** Sends what is pending, then closes; gives up waiting after `withinMs`. */
  close(reason: string, withinMs: number): Promise<void>;
  /** Closes at once; what is pending is lost. */
  destroy(reason: string): void;
}
