import { type AgentRow, lacksStatus } from './tracked-agent.ts';

/** After this the status is taken as unknown; tmux before 3.3 never tells it of a signal. */
const patienceMs = 4000;
const nudgeEveryMs = 1000;

/** What a look at all panes says about those that ended and whose exit status tmux does not know yet. */
export interface StatusLook {
  /** Panes that were waited for long enough: how they ended will not be known. */
  readonly lost: ReadonlySet<string>;
  /** Some may still get a status: look again after `lookAgainMs`, should no event come before. */
  readonly isAwaiting: boolean;
  /** tmux should be made to collect its ended children now. */
  readonly needsNudge: boolean;
}

/** When to look again at panes whose status is awaited. */
export const lookAgainMs = nudgeEveryMs;

/**
 * Exit statuses that are still to come. tmux sees a terminal's end before it learns how the process ended, and 3.3a may
 * miss the latter until another of its children ends. The clock is our own: tmux dates a death only when it knows the status.
 */
export class MissingStatuses {
  readonly #panes = new Map<string, { readonly sinceMs: number; readonly nudgedMs: number }>();

  /** Takes a look at all panes; what is not in it, or has its status, is forgotten. */
  look(rows: readonly AgentRow[], nowMs: number): StatusLook {
    const missing = new Set(rows.filter(lacksStatus).map((row) => row.pane_id));
    for (const paneId of this.#panes.keys()) if (!missing.has(paneId)) this.#panes.delete(paneId);
    const lost = new Set<string>();
    let needsNudge = false;
    for (const paneId of missing) {
      const { sinceMs, nudgedMs } = this.#panes.get(paneId) ?? { sinceMs: nowMs, nudgedMs: Number.NEGATIVE_INFINITY };
      if (nowMs - sinceMs >= patienceMs) lost.add(paneId);
      const isDue = !lost.has(paneId) && nowMs - nudgedMs >= nudgeEveryMs;
      needsNudge ||= isDue;
      this.#panes.set(paneId, { sinceMs, nudgedMs: isDue ? nowMs : nudgedMs });
    }
    return { lost, isAwaiting: lost.size < missing.size, needsNudge };
  }
}
