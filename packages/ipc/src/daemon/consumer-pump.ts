import { setTimeout as sleep } from 'node:timers/promises';
import { FrameSkimmer, MAX_RELAYED_HEAD_BYTES } from '../codec/skim-frame.ts';
import type { Logger } from '../logger.ts';
import type { MessageStore, StoredMessage } from '../store/message-store.ts';
import { matchesPattern } from '../subjects/pattern.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Placed } from './durable-consumers.ts';
import { placeIn } from './incoming.ts';
import { Relayed } from './relayed.ts';
import type { Policy } from './subscription-keeper.ts';

const PAGE_MESSAGES = 500;
const PAGE_BYTES = 512 * 1024;
/** Between two tries to read a disk that fails. */
const RETRY_MS = 1000;

export interface ConsumerPumpOptions {
  readonly store: MessageStore;
  readonly logger: Logger;
  readonly session: DaemonSession;
  readonly name: string;
  readonly stream: string;
  readonly subjects: readonly string[];
  readonly policy: Policy;
  readonly ackedSeq: number;
}

/** Sends one stream to one durable consumer, in order: live while it keeps up, from the disk when it does not. */
export class ConsumerPump {
  readonly session: DaemonSession;
  readonly name: string;
  readonly stream: string;
  readonly subjects: readonly string[];
  readonly #options: ConsumerPumpOptions;
  /** Everything up to this one was sent, or is none of the subjects. */
  #passedSeq: number;
  /** The last one that was sent. */
  #sentSeq: number;
  /** The newest that is known to exist. */
  #newestSeq = 0;
  /** Messages offered so far: `#newestSeq` may be a guess that the next one meets. */
  #offers = 0;
  #isReading = false;
  #isStopped = false;

  constructor(options: ConsumerPumpOptions) {
    this.#options = options;
    this.session = options.session;
    this.name = options.name;
    this.stream = options.stream;
    this.subjects = options.subjects;
    this.#passedSeq = options.ackedSeq;
    this.#sentSeq = options.ackedSeq;
    // What is on the disk is found by the first look.
    this.#newestSeq = options.ackedSeq + 1;
  }

  /** What an acknowledgement of `seq` covers: also what follows and is none of the subjects. */
  reachOf(seq: number): number {
    return seq >= this.#sentSeq ? Math.max(seq, this.#passedSeq) : seq;
  }

  offer({ seq, type, run }: Placed): void {
    const isNext = seq === this.#passedSeq + 1 && !this.#isReading;
    this.#newestSeq = Math.max(this.#newestSeq, seq);
    this.#offers++;
    if (!isNext || !this.#canSend()) return this.wake();
    if (this.#isWanted(type)) this.#send(seq, run);
    this.#passedSeq = seq;
  }

  /** Reads on, when there is something to read and room for it. */
  wake(): void {
    if (this.#isReading || this.#isStopped || this.#passedSeq >= this.#newestSeq) return;
    if (!this.session.receiver.hasRoom) return;
    this.#isReading = true;
    void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #canSend(): boolean {
    if (this.#isStopped) return false;
    if (this.session.receiver.hasRoom) return true;
    if (this.#options.policy === 'disconnect') this.session.destroy('reader too slow');
    return false;
  }

  async #read(): Promise<void> {
    const { store, logger } = this.#options;
    try {
      while (!this.#isStopped && this.session.receiver.hasRoom) {
        const offers = this.#offers;
        const page = await store.read(this.stream, {
          afterSeq: this.#passedSeq,
          limit: PAGE_MESSAGES,
          maxBytes: PAGE_BYTES,
        });
        if (this.#isStopped) break;
        if (page.length > 0) this.#pass(page);
        else if (offers === this.#offers) return this.#settle();
      }
    } catch (cause) {
      logger.warn({ event: 'daemon.consumer-read-failed', name: this.name, stream: this.stream, cause });
      await sleep(RETRY_MS, undefined, { ref: false });
    } finally {
      this.#isReading = false;
    }
    this.wake();
  }

  /** All that is kept was sent. */
  #settle(): void {
    this.#newestSeq = this.#passedSeq;
  }

  /** A page goes out as one run. */
  #pass(page: readonly StoredMessage[]): void {
    const wanted = page.filter(({ type }) => this.#isWanted(type));
    const last = wanted.at(-1);
    if (last) this.#send(last.seq, new Relayed(Buffer.concat(wanted.map(placeStored))));
    this.#passedSeq = page.at(-1)?.seq ?? this.#passedSeq;
    this.#newestSeq = Math.max(this.#newestSeq, this.#passedSeq + 1);
  }

  #send(seq: number, run: Relayed): void {
    this.#sentSeq = seq;
    for (const part of this.session.isText ? run.split() : [run]) this.session.receiver.sendWhole(part);
  }

  #isWanted(type: string): boolean {
    return this.subjects.some((pattern) => matchesPattern(pattern, type));
  }
}

/** A stored message as it is sent: with its place in the head. */
export function placeStored({ bytes, stream, seq }: StoredMessage): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const skimmer = new FrameSkimmer({ maxHeadBytes: MAX_RELAYED_HEAD_BYTES });
  skimmer.open(buffer);
  skimmer.next();
  return placeIn(buffer, skimmer.headEnd, { stream, seq });
}
