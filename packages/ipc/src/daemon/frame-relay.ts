import { createSkimCaches, FrameSkimmer } from '../codec/skim-frame.ts';
import type { SubjectMatch } from '../subjects/subject-table.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Exchange } from './exchange.ts';
import { Incoming } from './incoming.ts';
import { Relayed } from './relayed.ts';

/** Takes what cannot simply be passed on. */
export interface MessageHandler {
  handle(session: DaemonSession, message: Incoming): void;
  refuseRate(session: DaemonSession, message: Incoming): void;
}

/**
 * The way of a frame through the daemon: heads are read, messages on subjects that the client may use are passed on as
 * slices, as many in one as have the same receivers; all else goes to the handler, in its turn.
 */
export class FrameRelay {
  readonly #exchange: Exchange;
  readonly #handler: MessageHandler;
  readonly #skimmer = new FrameSkimmer({ caches: createSkimCaches() });
  #run: SubjectMatch<DaemonSession> | undefined;
  #runStart = 0;
  #runEnd = 0;
  #runCount = 0;
  #lastType = '';
  #lastMatch: SubjectMatch<DaemonSession> | undefined;

  constructor(exchange: Exchange, handler: MessageHandler) {
    this.#exchange = exchange;
    this.#handler = handler;
  }

  /** Throws `malformed`; what came before in the frame has been passed on then. */
  relay(session: DaemonSession, frame: Buffer): void {
    const skimmer = this.#skimmer;
    this.#forget();
    session.bucket.refill(performance.now());
    skimmer.open(frame);
    try {
      while (skimmer.next()) {
        const isAllowed = session.bucket.take();
        if (isAllowed && this.#isFree(session)) this.#extend(frame);
        else this.#leave(session, frame, isAllowed);
      }
    } finally {
      this.#flush(frame);
    }
  }

  /** Whether the message may be passed on as it is. */
  #isFree(session: DaemonSession): boolean {
    const { type, isPlain, from } = this.#skimmer;
    return isPlain && from === session.id && session.isFree(type);
  }

  #extend(frame: Buffer): void {
    const match = this.#match();
    if (match !== this.#run) {
      if (this.#run === undefined || !isSameAudience(match, this.#run)) {
        this.#flush(frame);
        this.#runStart = this.#skimmer.start;
      }
      this.#run = match;
    } else if (match.queues.length > 0) {
      this.#flush(frame);
      this.#run = match;
      this.#runStart = this.#skimmer.start;
    }
    this.#runEnd = this.#skimmer.end;
    this.#runCount++;
  }

  #match(): SubjectMatch<DaemonSession> {
    const { type } = this.#skimmer;
    if (type === this.#lastType && this.#lastMatch) return this.#lastMatch;
    this.#lastType = type;
    this.#lastMatch = this.#exchange.match(type);
    return this.#lastMatch;
  }

  #leave(session: DaemonSession, frame: Buffer, isAllowed: boolean): void {
    this.#flush(frame);
    const message = new Incoming(this.#skimmer, frame);
    if (isAllowed) this.#handler.handle(session, message);
    else this.#handler.refuseRate(session, message);
    // It may have changed who subscribes to what.
    this.#forget();
  }

  #flush(frame: Buffer): void {
    const match = this.#run;
    if (match === undefined) return;
    this.#run = undefined;
    const count = this.#runCount;
    this.#runCount = 0;
    const { messagesIn, bytesIn } = this.#exchange.metrics;
    messagesIn.add(count);
    bytesIn.add(this.#runEnd - this.#runStart);
    this.#exchange.deliver(match, new Relayed(cut(frame, this.#runStart, this.#runEnd)), count);
  }

  #forget(): void {
    this.#run = undefined;
    this.#runCount = 0;
    this.#lastType = '';
    this.#lastMatch = undefined;
  }
}

/** A copy when much else would be kept in memory with it, by whoever reads slowly. */
function cut(frame: Buffer, start: number, end: number): Buffer {
  const slice = start === 0 && end === frame.length ? frame : frame.subarray(start, end);
  return slice.length * 2 < slice.buffer.byteLength ? Buffer.from(slice) : slice;
}

function isSameAudience(one: SubjectMatch<DaemonSession>, other: SubjectMatch<DaemonSession>): boolean {
  if (one.queues.length > 0 || other.queues.length > 0) return false;
  const { length } = one.subscribers;
  if (length !== other.subscribers.length) return false;
  for (let index = 0; index < length; index++) {
    if (one.subscribers[index] !== other.subscribers[index]) return false;
  }
  return true;
}
