import { FleetDelta } from '../protocol/fleet-delta.ts';
import { parseResult } from '../protocol/parse-request.ts';
import { subjects } from '../protocol/requests.ts';
import type { FleetListener } from './hub-connection.ts';
import type { HubLink } from './hub-link.ts';
import { tellSafely } from './tell-safely.ts';
import { resyncDelayMs, type Watch } from './watch.ts';

/** More waiting deltas than a snapshot ever needs; the oldest go first, which shows as a gap. */
const maxPending = 1024;

/**
 * Keeps one listener in step with the fleet: subscribes first, then asks for the snapshot, then applies only deltas
 * that are newer. A gap in the numbers or dropped messages lead to a new snapshot.
 */
export class FleetWatch implements Watch {
  readonly #link: HubLink;
  readonly #listener: FleetListener;
  readonly #unsubscribe: () => void;
  readonly #closed = new AbortController();
  #pending: FleetDelta[] = [];
  /** Number of the last delta told; null while a snapshot is awaited. */
  #seq: number | null = null;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(link: HubLink, listener: FleetListener) {
    this.#link = link;
    this.#listener = listener;
    this.#unsubscribe = link.subscribe(subjects.fleetDelta, {
      message: (payload) => this.#read(payload),
      lagged: () => this.resync(),
    });
    this.resync();
  }

  resync(): void {
    if (this.#closed.signal.aborted) return;
    this.#seq = null;
    this.#pending = [];
    this.#attempt += 1;
    clearTimeout(this.#retry);
    void this.#askForSnapshot(this.#attempt);
  }

  close(): void {
    this.#closed.abort();
    clearTimeout(this.#retry);
    this.#unsubscribe();
  }

  async #askForSnapshot(attempt: number): Promise<void> {
    try {
      const answer = await this.#link.request('fleet.snapshot', {}, { signal: this.#closed.signal });
      if (attempt !== this.#attempt || this.#closed.signal.aborted) return;
      // An answer that is no snapshot is a fault to be seen: asking again would give the same.
      tellSafely((news) => this.#begin(news), answer);
    } catch {
      this.#retryLater(attempt);
    }
  }

  #begin(answer: unknown): void {
    const snapshot = parseResult('fleet.snapshot', answer);
    const pending = this.#pending;
    this.#pending = [];
    this.#seq = snapshot.seq;
    tellSafely((news) => this.#listener.snapshot(news), snapshot);
    for (const delta of pending) this.#receive(delta);
  }

  // With the link down there is nothing to do: the client calls `resync` when it is up again.
  #retryLater(attempt: number): void {
    if (attempt !== this.#attempt || this.#closed.signal.aborted || this.#link.connection.state !== 'connected') return;
    this.#retry = setTimeout(() => this.resync(), resyncDelayMs);
  }

  // What cannot be read shows as a gap at the next delta.
  #read(payload: unknown): void {
    const { data } = FleetDelta.safeParse(payload);
    if (data !== undefined) this.#receive(data);
  }

  #receive(delta: FleetDelta): void {
    if (this.#closed.signal.aborted) return;
    if (this.#seq === null) {
      this.#pending.push(delta);
      if (this.#pending.length > maxPending) this.#pending.shift();
      return;
    }
    if (delta.seq <= this.#seq) return;
    if (delta.seq !== this.#seq + 1) return this.resync();
    this.#seq = delta.seq;
    tellSafely((news) => this.#listener.delta(news), delta);
  }
}
