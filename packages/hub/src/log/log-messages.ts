import type { HubErrorCode } from '../protocol/hub-error.ts';
import type { LogDamage, LogStats } from './event-log.ts';

/** How the worker opens the database; handed over as `workerData`. */
export interface LogWorkerData {
  readonly directory: string;
  /** Above this size old events that the saved state covers are dropped. */
  readonly maxBytes: number;
  /** How long to wait for another hub that still holds the directory. */
  readonly lockWaitMs: number;
}

/** An event as it lies in the database. */
export interface StoredEvent {
  readonly seq: number;
  readonly at: number;
  /** JSON. */
  readonly body: string;
}

/** A saved state as it lies in the database. */
export interface StoredState {
  readonly seq: number;
  /** JSON. */
  readonly state: string;
}

/** What was found when the database was opened. */
export interface OpenedLog {
  readonly lastSeq: number;
  readonly damage: LogDamage | null;
}

/** What each operation takes and gives. */
export interface LogOperations {
  open: { args: Record<string, never>; result: OpenedLog };
  /** Moves the database aside and begins a new one. */
  setAside: { args: { reason: string }; result: OpenedLog };
  /** Gives the number of the first one. */
  append: { args: { at: number; bodies: readonly string[] }; result: number };
  read: { args: { since: number; limit: number }; result: readonly StoredEvent[] };
  stats: { args: Record<string, never>; result: LogStats };
  loadState: { args: Record<string, never>; result: StoredState | null };
  saveState: { args: StoredState; result: null };
  close: { args: Record<string, never>; result: null };
}

/** Name of something the worker does. */
export type LogOperation = keyof LogOperations;

/** What is posted to the worker; `id` comes back with the reply. */
export type LogRequest = {
  [K in LogOperation]: { readonly id: number; readonly op: K; readonly args: LogOperations[K]['args'] };
}[LogOperation];

/** A `HubError` as it crosses from the worker. */
export interface LogFailure {
  readonly code: HubErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What the worker posts back for each request. */
export type LogReply =
  | { readonly id: number; readonly result: LogOperations[LogOperation]['result'] }
  | { readonly id: number; readonly failure: LogFailure };
