import { FleetEvent } from '../protocol/fleet-event.ts';
import { parseResult } from '../protocol/parse-request.ts';
import { type RequestResult, subjects } from '../protocol/requests.ts';
import type { HubLink } from './hub-link.ts';
import { tellSafely } from './tell-safely.ts';
import { resyncDelayMs, type Watch } from './watch.ts';

const pageSize = 1000;

/** Logged events from now on, in order and without gaps: what was missed while the link was down is fetched. */
export class EventWatch implements Watch {
  readonly #link: HubLink;
  readonly #listener: (event: FleetEvent) => void;
  readonly #unsubscribe: () => void;
  readonly #closed = new AbortController();
  /** Number of the last event told; null until the hub has said where the log ends. */
  #last: number | null = null;
  #pending: FleetEvent[] = [];
  #isFilling = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(link: HubLink, listener: (event: FleetEvent) => void) {
    this.#link = link;
    this.#listener = listener;
    this.#unsubscribe = link.subscribe(subjects.fleetEvent, {
      message: (payload) => this.#receive(FleetEvent.safeParse(payload).data),
      lagged: () => this.resync(),
    });
    this.resync();
  }

  resync(): void {
    clearTimeout(this.#retry);
    if (this.#closed.signal.aborted || this.#isFilling) return;
    this.#isFilling = true;
    void this.#fill();
  }

  close(): void {
    this.#closed.abort();
    clearTimeout(this.#retry);
    this.#unsubscribe();
  }

  async #fill(): Promise<void> {
    try {
      await this.#fetchMissing();
      this.#isFilling = false;
      const pending = this.#pending;
      this.#pending = [];
      for (const event of pending) this.#receive(event);
    } catch {
      this.#isFilling = false;
      if (this.#closed.signal.aborted || this.#link.connection.state !== 'connected') return;
      this.#retry = setTimeout(() => this.resync(), resyncDelayMs);
    }
  }

  async #fetchMissing(): Promise<void> {
    const { lastSeq } = await this.#page(Number.MAX_SAFE_INTEGER);
    this.#last ??= lastSeq - this.#countPendingUpTo(lastSeq);
    // The log was set aside as damaged and began anew: everything in it is news.
    if (lastSeq < this.#last) this.#last = 0;
    while (this.#last < lastSeq && !this.#closed.signal.aborted) {
      const { events } = await this.#page(this.#last);
      // Compacted away: what is gone cannot be told.
      if (events.length === 0) this.#last = lastSeq;
      for (const event of events) this.#tell(event);
    }
  }

  // Events that came between subscribing and the first answer belong to "from now on".
  #countPendingUpTo(lastSeq: number): number {
    return this.#pending.filter(({ seq }) => seq <= lastSeq).length;
  }

  async #page(since: number): Promise<RequestResult<'fleet.events'>> {
    const limit = since === Number.MAX_SAFE_INTEGER ? 1 : pageSize;
    const answer = await this.#link.request('fleet.events', { since, limit }, { signal: this.#closed.signal });
    return parseResult('fleet.events', answer);
  }

  #receive(event: FleetEvent | undefined): void {
    if (event === undefined) return;
    if (this.#isFilling || this.#last === null) {
      if (this.#pending.length < pageSize) this.#pending.push(event);
      return;
    }
    if (event.seq > this.#last + 1) {
      this.resync();
      return;
    }
    this.#tell(event);
  }

  #tell(event: FleetEvent): void {
    if (this.#closed.signal.aborted || (this.#last !== null && event.seq <= this.#last)) return;
    this.#last = event.seq;
    tellSafely(this.#listener, event);
  }
}
