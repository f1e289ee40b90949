import { keepColours, type PaneFrame } from '@swarm-tui/core';
import { paneOf } from '../fleet/agent-target.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import { isTimeout } from '../fleet/is-timeout.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import type { ScreenFrame } from '../protocol/screen-frame.ts';

interface Watched {
  readonly task: AgendaTask;
  last: ScreenFrame | null;
  capturedAt: number;
  isCapturing: boolean;
  isStale: boolean;
}

const frameMs = 33;
/** What is written in one go is mostly there this much later: half-drawn screens are not worth showing. */
const gatherMs = 8;

/** Live screens of the agents that somebody watches: captured when they change, at most 30 times a second. */
export class ScreenFeed {
  readonly #parts: FleetParts;
  readonly #publish: (frame: ScreenFrame) => void;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: FleetParts, publish: (frame: ScreenFrame) => void) {
    this.#parts = parts;
    this.#publish = publish;
    // A viewer that comes or goes resizes the screen; a restart empties it.
    parts.store.subscribe(({ id, before, after, event }) => {
      if (!this.#watched.has(id)) return;
      if (event !== null || before?.record.viewers !== after?.record.viewers) this.touch(id);
    });
  }

  watch(id: string): void {
    const known = this.#watched.get(id);
    if (known !== undefined) {
      // Another watcher needs a whole frame, too.
      known.last = null;
      return this.touch(id);
    }
    const task = this.#parts.agenda.task(() => void this.#capture(id));
    this.#watched.set(id, { task, last: null, capturedAt: 0, isCapturing: false, isStale: false });
    void this.#capture(id);
  }

  unwatch(id: string): void {
    this.#watched.get(id)?.task.cancel();
    this.#watched.delete(id);
  }

  /** The agent's screen may look different now. Costs nothing for agents that nobody watches. */
  touch(id: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    if (watched.isCapturing) watched.isStale = true;
    else watched.task.by(Math.max(this.#parts.now() + gatherMs, watched.capturedAt + frameMs));
  }

  async #capture(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    const state = this.#parts.store.find(id);
    if (watched === undefined || state === undefined || state.record.handle === null) return;
    watched.isCapturing = true;
    watched.isStale = false;
    watched.capturedAt = this.#parts.now();
    try {
      const { tmux, target } = paneOf(state, this.#parts.runtimes);
      const frame = toScreenFrame(
        id,
        await tmux.capture(target, { colours: true, signal: AbortSignal.timeout(5_000) }),
      );
      if (this.#watched.get(id) === watched) this.#tell(watched, frame);
    } catch (error) {
      this.#parts.logger.info({ event: 'screen.not-captured', agentId: id, reason: String(error) });
      if (isTimeout(error)) this.#parts.suspect(state.record.runtimeId);
    } finally {
      watched.isCapturing = false;
    }
    if (watched.isStale) this.touch(id);
  }

  #tell(watched: Watched, frame: ScreenFrame): void {
    if (watched.last !== null && isSameFrame(watched.last, frame)) return;
    watched.last = frame;
    this.#publish(frame);
  }
}

/** A captured pane as clients get it: of all escape sequences only colours are left. */
export function toScreenFrame(id: string, frame: PaneFrame): ScreenFrame {
  const { columns, rows, cursor, isAlternate, historySize } = frame;
  return {
    id,
    columns,
    rows,
    lines: frame.lines.map(keepColours),
    cursor: cursor.isVisible ? { column: cursor.x, row: cursor.y } : null,
    isAlternate,
    historySize,
  };
}

function isSameFrame(one: ScreenFrame, other: ScreenFrame): boolean {
  return (
    one.columns === other.columns &&
    one.rows === other.rows &&
    one.isAlternate === other.isAlternate &&
    one.historySize === other.historySize &&
    one.cursor?.column === other.cursor?.column &&
    one.cursor?.row === other.cursor?.row &&
    one.lines.length === other.lines.length &&
    one.lines.every((line, index) => line === other.lines[index])
  );
}
