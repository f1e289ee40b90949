import type { CallOptions } from '@swarm-tui/core';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';

/** The folded state after event `seq`, as the fleet saved it: opaque JSON to the log. */
export interface SavedState {
  readonly seq: number;
  readonly state: unknown;
}

/** What was found broken when the log was opened. The fleet then starts empty and is rebuilt from the engines. */
export interface LogDamage {
  /** Where the broken file was set aside. */
  readonly path: string;
  /** One sentence for the person. */
  readonly reason: string;
  readonly at: number;
}

/** How large a log is, and which events can be read. */
export interface LogStats {
  /** Size on disk, write-ahead log included. */
  readonly bytes: number;
  /** Events that can still be read. */
  readonly events: number;
  /** Oldest event that can still be read; `lastSeq + 1` when there is none. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** How events are appended. */
export interface AppendOptions extends CallOptions {
  /** Time of the events, milliseconds since the epoch. @default the log's own clock */
  readonly at?: number | undefined;
}

/**
 * Append-only list of what happened, oldest first, numbered from 1 without gaps.
 * After dispose every call rejects with `HubError` `log-closed`; appends made before it are settled first.
 */
export interface EventLog extends AsyncDisposable {
  /** Number of the last durable event; 0 when there is none. */
  readonly lastSeq: number;
  /** Set when a broken log was set aside, at open or by `setAside`. */
  readonly damage: LogDamage | null;
  /**
   * Durable when it settles: a kill -9 or a power cut after that loses nothing. All of `bodies` are kept or none.
   * Appends are written in the order of the calls. Rejects with `HubError` `log-failed` (disk full, read-only …).
   */
  append(bodies: readonly FleetEventBody[], options?: AppendOptions): Promise<readonly FleetEvent[]>;
  /** At most `limit` events with `seq` above `since`. Starts later when older ones were compacted away. */
  read(since: number, limit: number, options?: CallOptions): Promise<readonly FleetEvent[]>;
  stats(options?: CallOptions): Promise<LogStats>;
  /** The last saved state; the events above its `seq` are all still there. */
  loadState(options?: CallOptions): Promise<SavedState | null>;
  /** Saves the fold of all events up to `seq`, so that older events may be compacted away. */
  saveState(saved: SavedState, options?: CallOptions): Promise<void>;
  /** For a log whose saved state is not understood: keeps it under another name (`damage`) and begins an empty one. */
  setAside(reason: string, options?: CallOptions): Promise<void>;
}
