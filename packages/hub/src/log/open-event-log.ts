import type { CallOptions } from '@swarm-tui/core';
import * as z from 'zod';
import { FleetEvent, type FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { AppendOptions, EventLog, LogDamage, LogStats, SavedState } from './event-log.ts';
import type { OpenedLog, StoredEvent } from './log-messages.ts';
import { LogThread } from './log-thread.ts';

/** Where a log lies and how it is opened. */
export interface OpenEventLogOptions extends CallOptions {
  /** State directory; made when it is not there. One log at a time holds it. */
  readonly directory: string;
  /** Entry of the worker thread, for programs that are bundled. @default `log-worker.js` beside this module */
  readonly workerUrl?: URL | undefined;
  /** Above this, old events that the saved state covers are dropped. @default 32 MiB */
  readonly maxBytes?: number | undefined;
  /** How long to wait for another holder of the directory. @default 0 */
  readonly lockWaitMs?: number | undefined;
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
}

const pageSize = 1000;

/**
 * Opens the log of a state directory and holds the directory until dispose or the end of the process. A damaged log is
 * set aside and a new one begun (`damage`). Rejects with `state-locked`, `state-unwritable`, `hub-too-new`, `log-failed`.
 */
export async function openEventLog({
  directory,
  workerUrl = new URL('./log-worker.js', import.meta.url),
  maxBytes = 32 * 1024 * 1024,
  lockWaitMs = 0,
  now = Date.now,
  signal,
}: OpenEventLogOptions): Promise<EventLog> {
  const thread = new LogThread(workerUrl, { directory, maxBytes, lockWaitMs });
  try {
    const opened = await thread.call('open', {}, signal);
    const reason = await findUnreadable(thread, signal);
    const usable = reason === null ? opened : await thread.call('setAside', { reason }, signal);
    return new SqliteLog(thread, usable, now);
  } catch (error) {
    await thread.kill();
    throw error;
  }
}

class SqliteLog implements EventLog {
  readonly #thread: LogThread;
  readonly #now: () => number;
  #lastSeq: number;
  #damage: LogDamage | null;

  constructor(thread: LogThread, { lastSeq, damage }: OpenedLog, now: () => number) {
    this.#thread = thread;
    this.#lastSeq = lastSeq;
    this.#damage = damage;
    this.#now = now;
  }

  get damage(): LogDamage | null {
    return this.#damage;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  async append(
    bodies: readonly FleetEventBody[],
    { signal, at = this.#now() }: AppendOptions = {},
  ): Promise<readonly FleetEvent[]> {
    if (bodies.length === 0) return [];
    const texts = bodies.map((body) => JSON.stringify(body));
    const first = await this.#thread.call('append', { at, bodies: texts }, signal);
    this.#lastSeq = Math.max(this.#lastSeq, first + bodies.length - 1);
    return bodies.map((event, index) => ({ seq: first + index, at, event }));
  }

  async read(since: number, limit: number, { signal }: CallOptions = {}): Promise<readonly FleetEvent[]> {
    const rows = await this.#thread.call('read', { since, limit }, signal);
    return rows.map(parseEvent);
  }

  stats({ signal }: CallOptions = {}): Promise<LogStats> {
    return this.#thread.call('stats', {}, signal);
  }

  async loadState({ signal }: CallOptions = {}): Promise<SavedState | null> {
    const stored = await this.#thread.call('loadState', {}, signal);
    return stored === null ? null : { seq: stored.seq, state: parseJson(stored.state) };
  }

  async saveState({ seq, state }: SavedState, { signal }: CallOptions = {}): Promise<void> {
    if (seq > this.#lastSeq) throw new HubError('log-failed', `There is no event ${seq} to save a state for.`);
    await this.#thread.call('saveState', { seq, state: JSON.stringify(state) }, signal);
  }

  async setAside(reason: string, { signal }: CallOptions = {}): Promise<void> {
    const { lastSeq, damage } = await this.#thread.call('setAside', { reason }, signal);
    this.#lastSeq = lastSeq;
    this.#damage = damage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.close();
  }
}

/** Reads what a start needs; says what is wrong when healthy pages hold text that is not ours. */
async function findUnreadable(thread: LogThread, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const saved = await thread.call('loadState', {}, signal);
    if (saved !== null) parseJson(saved.state);
    await checkTail(thread, saved?.seq ?? 0, signal);
    return null;
  } catch (error) {
    if (error instanceof HubError && error.code === 'log-damaged') return error.message;
    throw error;
  }
}

async function checkTail(thread: LogThread, since: number, signal: AbortSignal | undefined): Promise<void> {
  const rows = await thread.call('read', { since, limit: pageSize }, signal);
  const last = rows.map(parseEvent).at(-1);
  if (last !== undefined && rows.length === pageSize) await checkTail(thread, last.seq, signal);
}

function parseEvent({ seq, at, body }: StoredEvent): FleetEvent {
  const { data, error } = FleetEvent.safeParse({ seq, at, event: parseJson(body) });
  if (data !== undefined) return data;
  throw new HubError('log-damaged', `Event ${seq} is not understood: ${z.prettifyError(error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('log-damaged', 'The event log holds text that is not JSON.', { cause });
  }
}
