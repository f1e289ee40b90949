import { OutgoingMessage } from '../codec/codec.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { Link } from '../transport/link.ts';
import type { DaemonLimits } from './daemon-limits.ts';
import type { Relayed } from './relayed.ts';

/** What the link may hold: what is there cannot be taken back, and is not needed twice. */
const LINK_BYTES = 1024 * 1024;

export interface ReceiverOptions {
  readonly link: Link;
  readonly limits: DaemonLimits;
  /** Whether the client wants to be disconnected rather than lose a message of this type. */
  readonly isStrict: (type: string) => boolean;
  readonly onDropped: (count: number) => void;
}

/**
 * The way out to one client. What it reads too slowly waits here, up to a bound: then the oldest goes and is counted, or
 * the client goes. What belongs to it alone (answers, requests) is never left out; too much of it ends the connection.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  #held: Relayed[] = [];
  #heldBytes = 0;
  #dropped = new Map<string, number>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Whether a message would leave at once. */
  get hasRoom(): boolean {
    return this.#held.length === 0 && this.#options.link.pendingBytes <= LINK_BYTES;
  }

  /** Bytes that wait here. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Sends what is for many. */
  relay(run: Relayed): void {
    if (this.#held.length === 0 && this.#options.link.pendingBytes <= LINK_BYTES) this.#pass(run);
    else this.#hold(run);
  }

  /** Sends what is for this client alone. False when it is too large for a frame. */
  send(envelope: Envelope): boolean {
    return this.sendWhole(new OutgoingMessage(envelope));
  }

  /** The same for what is encoded already. */
  sendWhole(message: OutgoingMessage | Relayed): boolean {
    const { link, limits } = this.#options;
    const bytes = link.send(message, limits.frameBytes);
    if (link.pendingBytes > limits.disconnectAboveBytes) link.destroy('reader too slow');
    return bytes <= limits.frameBytes;
  }

  /** Passes on what waited, as far as there is room now. */
  drained(): void {
    let count = 0;
    while (count < this.#held.length && this.#options.link.pendingBytes <= LINK_BYTES) {
      if (this.#dropped.size > 0) this.#tellDropped();
      const run = this.#held[count++];
      if (run) {
        this.#heldBytes -= run.bytes.length;
        this.#pass(run);
      }
    }
    if (count > 0) this.#held = this.#held.slice(count);
    if (this.#held.length === 0 && this.#dropped.size > 0) this.#tellDropped();
  }

  /** Forgets what waits. */
  close(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  #pass(run: Relayed): void {
    const { link, limits } = this.#options;
    if (link.send(run, limits.frameBytes) <= limits.frameBytes) return;
    // Text is longer than what was relayed: line by line it may fit.
    const parts = run.split();
    for (const part of parts) {
      const isSent = parts.length > 1 && link.send(part, limits.frameBytes) <= limits.frameBytes;
      if (!isSent) this.#count(part);
    }
    if (this.#dropped.size > 0) this.#tellDropped();
  }

  #hold(run: Relayed): void {
    this.#held.push(run);
    this.#heldBytes += run.bytes.length;
    let count = 0;
    while (this.#heldBytes > this.#options.limits.dropAboveBytes && count < this.#held.length) {
      const oldest = this.#held[count++];
      if (oldest && this.#drop(oldest)) return;
    }
    if (count > 0) this.#held.splice(0, count);
  }

  /** True when that ended the connection. */
  #drop(run: Relayed): boolean {
    this.#heldBytes -= run.bytes.length;
    this.#count(run);
    const isStrict = [...this.#dropped.keys()].some((type) => this.#options.isStrict(type));
    if (isStrict) this.#options.link.destroy('reader too slow');
    return isStrict;
  }

  #count(run: Relayed): void {
    for (const [type, count] of run.countByType()) {
      this.#dropped.set(type, (this.#dropped.get(type) ?? 0) + count);
      this.#options.onDropped(count);
    }
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = new Map();
    for (const [subject, count] of dropped) {
      this.send({ type: 'lagged', id: `lagged-${subject}`.slice(0, 256), payload: { subject, dropped: count } });
    }
  }
}
