import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetChange, FleetDelta, RuntimeRecord } from '../protocol/fleet-delta.ts';

/** Where changes come from and where deltas go. */
export interface DeltaGathererOptions {
  readonly now: () => number;
  /** The record as it is now; undefined once the agent is removed. */
  readonly find: (id: string) => AgentRecord | undefined;
  /** Called before a flush looks at the records, so that gathered output can be put into them. */
  readonly onFlush: () => void;
  readonly publish: (delta: FleetDelta) => void;
}

// Below the 33 ms that deltas may be late, so that with the way through tmux a line is told within 50 ms.
const frameMs = 25;
/** A first change after a quiet time waits this long for its companions. */
const gatherMs = 5;

/** Gathers changed agents over at most 33 ms and publishes the smallest delta that tells them. */
export class DeltaGatherer implements Disposable {
  readonly #options: DeltaGathererOptions;
  readonly #published = new Map<string, AgentRecord>();
  readonly #dirty = new Set<string>();
  readonly #runtimes = new Map<string, RuntimeRecord>();
  #timer: NodeJS.Timeout | null = null;
  #flushedAt = 0;
  #isClosed = false;
  #seq = 0;

  constructor(options: DeltaGathererOptions) {
    this.#options = options;
  }

  /** Number of the last delta. */
  get seq(): number {
    return this.#seq;
  }

  /** Takes records as known to everybody: they were there before the first snapshot. */
  prime(records: Iterable<AgentRecord>): void {
    for (const record of records) this.#published.set(record.id, record);
  }

  touch(id: string): void {
    this.#dirty.add(id);
    this.wake();
  }

  touchRuntime(runtime: RuntimeRecord): void {
    this.#runtimes.set(runtime.id, runtime);
    this.wake();
  }

  /** Plans a flush although nothing was touched yet: `onFlush` will do that. */
  wake(): void {
    if (this.#timer !== null || this.#isClosed) return;
    const delay = Math.max(gatherMs, this.#flushedAt + frameMs - this.#options.now());
    this.#timer = setTimeout(() => this.flush(), Math.min(delay, frameMs));
  }

  /** Publishes now what was gathered. Called before a snapshot, so that snapshot and deltas fit together. */
  flush(): void {
    this.#options.onFlush();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushedAt = this.#options.now();
    const changes: FleetChange[] = [...this.#runtimes.values()].map((runtime) => ({ type: 'runtime', runtime }));
    for (const id of this.#dirty) this.#gather(id, changes);
    this.#dirty.clear();
    this.#runtimes.clear();
    if (changes.length === 0) return;
    this.#seq += 1;
    this.#options.publish({ seq: this.#seq, changes });
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #gather(id: string, changes: FleetChange[]): void {
    const agent = this.#options.find(id);
    const known = this.#published.get(id);
    if (agent === undefined) {
      if (this.#published.delete(id)) changes.push({ type: 'remove', id });
      return;
    }
    this.#published.set(id, agent);
    if (known === undefined) {
      changes.push({ type: 'put', agent });
      return;
    }
    const patch = differences(known, agent);
    if (patch !== null) changes.push({ type: 'patch', id, patch });
  }
}

function differences(before: AgentRecord, after: AgentRecord): Partial<AgentRecord> | null {
  const known: Readonly<Record<string, unknown>> = before;
  const changed = Object.entries(after).filter(([key, value]) => !Object.is(known[key], value));
  return changed.length === 0 ? null : Object.fromEntries(changed);
}
