import { paneOf } from '../fleet/agent-target.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import { isTimeout } from '../fleet/is-timeout.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';

/** A screen is read this long after output paused. */
const restMs = 150;
/** While output flows, a screen is read this often at most. */
const flowMs = 250;
/** All screens together: one every 5 ms. */
const fleetMs = 5;

interface Reading {
  readonly task: AgendaTask;
  /** When the output came that no reading has seen; null when all was seen. */
  unseenSince: number | null;
  readAt: number;
  /** The reading under way, and the one that begins when it ends. */
  current: Promise<boolean> | null;
  next: Promise<boolean> | null;
}

/** Reads the screens of agents that printed something: once they pause, now and then while they go on. */
export class ScreenReader {
  readonly #parts: FleetParts;
  readonly #onScreen: (id: string, lines: readonly string[], at: number) => void;
  readonly #readings = new Map<string, Reading>();
  #waiting = 0;

  constructor(parts: FleetParts, onScreen: (id: string, lines: readonly string[], at: number) => void) {
    this.#parts = parts;
    this.#onScreen = onScreen;
  }

  /** The agent printed something. */
  noticeOutput(id: string, at: number): void {
    const reading = this.#reading(id);
    if (reading.unseenSince === null) {
      reading.unseenSince = at;
      this.#waiting += 1;
    }
    if (reading.current !== null) return;
    const pace = Math.max(flowMs, this.#waiting * fleetMs);
    const ceiling = Math.max(reading.readAt, reading.unseenSince) + pace;
    reading.task.at(Math.max(Math.min(at + restMs, ceiling), reading.readAt + flowMs));
  }

  /** Reads the screen by `at`, output or not. */
  request(id: string, at: number): void {
    this.#reading(id).task.by(at);
  }

  forget(id: string): void {
    const reading = this.#readings.get(id);
    if (reading === undefined) return;
    this.#markSeen(reading);
    reading.task.cancel();
    this.#readings.delete(id);
  }

  #reading(id: string): Reading {
    const known = this.#readings.get(id);
    if (known !== undefined) return known;
    const task = this.#parts.agenda.task(() => void this.read(id));
    const reading: Reading = { task, unseenSince: null, readAt: 0, current: null, next: null };
    this.#readings.set(id, reading);
    return reading;
  }

  /**
   * Reads the screen as it is after the call: a reading that began before it does not count. Settles with false when
   * the screen could not be read; never rejects.
   */
  read(id: string): Promise<boolean> {
    const reading = this.#reading(id);
    if (reading.current === null) return this.#begin(id, reading);
    reading.next ??= reading.current.then(() => {
      reading.next = null;
      return this.#begin(id, reading);
    });
    return reading.next;
  }

  #begin(id: string, reading: Reading): Promise<boolean> {
    const current = this.#readOnce(id, reading).finally(() => {
      reading.current = null;
      reading.readAt = this.#parts.now();
      const isLeft = reading.unseenSince !== null && this.#readings.get(id) === reading;
      if (isLeft) reading.task.by(reading.readAt + flowMs);
    });
    reading.current = current;
    return current;
  }

  async #readOnce(id: string, reading: Reading): Promise<boolean> {
    const state = this.#parts.store.find(id);
    if (state === undefined || this.#readings.get(id) !== reading) return false;
    this.#markSeen(reading);
    try {
      const { tmux, target } = paneOf(state, this.#parts.runtimes);
      const { lines } = await tmux.capture(target, { signal: AbortSignal.timeout(5_000) });
      this.#onScreen(id, lines, this.#parts.now());
      return true;
    } catch (error) {
      // The agent or its engine went away meanwhile: its runtime tells that in its own words.
      this.#parts.logger.info({ event: 'screen.not-read', agentId: id, reason: String(error) });
      if (isTimeout(error)) this.#parts.suspect(state.record.runtimeId);
      return false;
    }
  }

  #markSeen(reading: Reading): void {
    if (reading.unseenSince === null) return;
    reading.unseenSince = null;
    this.#waiting -= 1;
  }
}
