import type { AppendOptions, EventLog, LogDamage, LogStats, SavedState } from '../log/event-log.ts';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';

/** What a log in memory holds at first. */
export interface MemoryLogOptions {
  /** Events that are there from the start. */
  readonly events?: readonly FleetEvent[] | undefined;
  readonly state?: SavedState | null | undefined;
  readonly damage?: LogDamage | null | undefined;
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** An `EventLog` without a disk, with the promises of the real one. `failWith` makes the next appends reject. */
export interface MemoryLog extends EventLog {
  readonly events: readonly FleetEvent[];
  failWith(error: Error | null): void;
}

/** Makes an empty log in memory, or one that goes on from `events` and `state`: a restart in a test. */
export function createMemoryLog(options: MemoryLogOptions = {}): MemoryLog {
  return new InMemoryLog(options);
}

class InMemoryLog implements MemoryLog {
  damage: LogDamage | null;
  readonly #events: FleetEvent[];
  readonly #now: () => number;
  #state: SavedState | null;
  #failure: Error | null = null;
  #isClosed = false;

  constructor({ events = [], state = null, damage = null, now = Date.now }: MemoryLogOptions) {
    this.#events = [...events];
    this.#state = state;
    this.damage = damage;
    this.#now = now;
  }

  get events(): readonly FleetEvent[] {
    return this.#events;
  }

  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? this.#state?.seq ?? 0;
  }

  failWith(error: Error | null): void {
    this.#failure = error;
  }

  async append(
    bodies: readonly FleetEventBody[],
    { at = this.#now() }: AppendOptions = {},
  ): Promise<readonly FleetEvent[]> {
    this.#checkOpen();
    if (this.#failure !== null) throw this.#failure;
    const first = this.lastSeq + 1;
    // A copy, as a disk would keep one: a caller that goes on changing its object must not change history.
    const added = bodies.map((event, index) => ({ seq: first + index, at, event: structuredClone(event) }));
    this.#events.push(...added);
    return added;
  }

  async read(since: number, limit: number): Promise<readonly FleetEvent[]> {
    this.#checkOpen();
    return this.#events.filter(({ seq }) => seq > since).slice(0, limit);
  }

  async stats(): Promise<LogStats> {
    this.#checkOpen();
    const { lastSeq } = this;
    const bytes = JSON.stringify(this.#events).length;
    return { bytes, events: this.#events.length, firstSeq: this.#events[0]?.seq ?? lastSeq + 1, lastSeq };
  }

  async loadState(): Promise<SavedState | null> {
    this.#checkOpen();
    return this.#state;
  }

  async saveState(saved: SavedState): Promise<void> {
    this.#checkOpen();
    this.#state = structuredClone(saved);
  }

  async setAside(reason: string): Promise<void> {
    this.#checkOpen();
    this.#events.length = 0;
    this.#state = null;
    this.damage = { path: 'memory', reason, at: this.#now() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new HubError('log-closed', 'The event log is closed.');
  }
}
