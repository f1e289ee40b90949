import { dirname } from 'node:path';
import { removeWorktree, RuntimeError } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import type { Loss, ParsedParams } from '../protocol/requests.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { AgentState } from './agent-state.ts';
import type { AgendaTask } from './agenda.ts';
import { callEngine, endingTime, requireEngine } from './engine-call.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { Spawner } from './spawner.ts';

const retryMs = 30_000;
const lossHint = 'Save what you need, keep the worktree, or remove it by force.';

type Removal = NonNullable<AgentState['removal']>;

/** What removing needs of the fleet. */
export interface RemoverOptions {
  readonly parts: FleetParts;
  readonly locks: AgentLocks;
  readonly spawner: Spawner;
  readonly readLoss: (id: string) => Promise<Loss>;
}

/** Removes agents after a time in which that can be undone. What is due survives restarts of the hub. */
export class Remover {
  readonly #options: RemoverOptions;
  readonly #due = new Map<string, AgendaTask>();

  constructor(options: RemoverOptions) {
    this.#options = options;
    for (const { record, removal } of options.parts.store.agents()) {
      if (removal !== null) this.#plan(record.id, removal.removeAt);
    }
  }

  /**
   * Hides it at once. Rejects with `would-lose-work` when something would be lost with its worktree, or with `force` others than were seen.
   */
  async schedule(params: ParsedParams<'agent.remove'>, signal: AbortSignal): Promise<{ removeAt: number }> {
    const { parts } = this.#options;
    const { id, worktree, force, undoMs } = params;
    const { record } = parts.store.get(id);
    const takesTree = worktree === 'remove' && record.worktree?.created === true;
    const fingerprint = takesTree ? await this.#checkLoss(params) : undefined;
    if (undoMs === 0 && record.handle !== null) await requireEngine(parts, record, signal);
    const removeAt = parts.now() + undoMs;
    await parts.journal.append({ type: 'agent.removal-scheduled', id, removeAt, worktree, force, fingerprint });
    if (undoMs > 0) this.#plan(id, removeAt);
    else await this.#removeNow(id);
    return { removeAt };
  }

  /** Rejects with `not-undoable` once the removal has begun. */
  async undo({ id }: ParsedParams<'agent.undo-remove'>): Promise<AgentState['record']> {
    const { parts, locks } = this.#options;
    const { record, removal } = parts.store.get(id);
    if (removal !== null && locks.isBusy(id)) {
      throw new HubError('not-undoable', `The agent "${record.name}" is being removed already.`);
    }
    if (removal === null) return record;
    // Under the lock, so that a removal which becomes due meanwhile finds that it was undone.
    await locks.run(id, () => this.#undoLogged(id, removal.removeAt));
    return parts.store.get(id).record;
  }

  /** Who could not undo it, as on a full disk, gets time to try again. */
  async #undoLogged(id: string, removeAt: number): Promise<void> {
    const { journal, now } = this.#options.parts;
    try {
      await journal.append({ type: 'agent.removal-undone', id });
      this.#due.get(id)?.cancel();
    } catch (error) {
      this.#plan(id, Math.max(removeAt, now() + retryMs));
      throw error;
    }
  }

  /** Tries those again whose engine did not answer when they were due. */
  retry(runtimeId: string): void {
    const { parts } = this.#options;
    for (const { record, removal } of parts.store.agents()) {
      if (removal !== null && record.runtimeId === runtimeId) this.#plan(record.id, removal.removeAt);
    }
  }

  #plan(id: string, at: number): void {
    const task = this.#due.get(id) ?? this.#options.parts.agenda.task(() => void this.#removeLater(id));
    this.#due.set(id, task);
    task.at(at);
  }

  async #removeLater(id: string): Promise<void> {
    const { parts } = this.#options;
    try {
      await this.#remove(id);
    } catch (error) {
      parts.logger.warn({ event: 'agent.not-removed', agentId: id, reason: String(error) });
      if (parts.store.find(id) !== undefined) this.#plan(id, parts.now() + retryMs);
    }
  }

  async #removeNow(id: string): Promise<void> {
    const { parts } = this.#options;
    const kept = await this.#remove(id).catch(async (error: unknown) => {
      // Who waited for it knows that it failed: it is not done later behind their back.
      if (parts.store.find(id)?.removal !== null) await parts.journal.append({ type: 'agent.removal-undone', id });
      throw error;
    });
    if (kept !== null) throw new HubError('would-lose-work', `The agent was stopped, and ${kept}.`, { hint: lossHint });
  }

  /** Answers why the agent was kept after all; null when it is gone. */
  async #remove(id: string): Promise<string | null> {
    const { parts, locks, spawner } = this.#options;
    spawner.cancel(id, new HubError('not-running', 'removed by you'));
    const kept = await locks.run(id, async () => {
      const state = parts.store.find(id);
      if (state === undefined || state.removal === null) return null;
      const { handle, runtimeId } = state.record;
      if (handle !== null) {
        await requireEngine(parts, state.record, undefined);
        const runtime = parts.runtimes.getRuntime(runtimeId);
        const request = { record: state.record, ms: endingTime(undefined) };
        await callEngine(parts, request, (signal) => runtime.killAgent(handle, { signal }));
      }
      const reason = await this.#removeTree(state);
      // Last, so that a hub that ends before it takes the removal up again.
      await parts.journal.append(...(reason === null ? [removedEvent(id)] : keptEvents(id, reason)));
      return reason;
    });
    this.#due.delete(id);
    return kept;
  }

  /**
   * A tree that holds more than was seen, or that git does not remove, is kept, and the answer says so; one that another
   * agent works in, and one that was not made for this agent, stays without a word.
   */
  async #removeTree({ record, removal, config }: AgentState): Promise<string | null> {
    const { parts } = this.#options;
    const { worktree, host, id } = record;
    if (worktree?.created !== true || removal?.worktree !== 'remove' || host !== 'local') return null;
    if (this.#isShared(id, worktree.path)) return null;
    const directory = config?.workingDirectory ?? dirname(worktree.path);
    try {
      await removeWorktree(worktree.path, { directory, force: await this.#isAsSeen(id, removal) });
      return null;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      parts.logger.warn({ event: 'worktree.kept', agentId: id, path: worktree.path, reason: error.message });
      const tree = error.message.includes(worktree.path) ? 'its worktree' : `its worktree ${worktree.path}`;
      return `${tree} was kept: ${error.message}`;
    }
  }

  #isShared(id: string, path: string): boolean {
    return [...this.#options.parts.store.agents()].some(
      ({ record }) => record.id !== id && record.worktree?.path === path,
    );
  }

  /** Whether the person agreed to lose just what the tree holds now. */
  async #isAsSeen(id: string, { force, fingerprint }: Removal): Promise<boolean> {
    if (!force || fingerprint === undefined) return false;
    return (await this.#options.readLoss(id)).fingerprint === fingerprint;
  }

  async #checkLoss({ id, force, seen }: ParsedParams<'agent.remove'>): Promise<string | undefined> {
    const { reasons, fingerprint } = await this.#options.readLoss(id);
    if (reasons.length === 0) return fingerprint;
    if (!force) {
      throw new HubError('would-lose-work', `The worktree holds ${reasons.join('; ')}.`, { hint: lossHint });
    }
    if (seen === undefined || seen === fingerprint) return fingerprint;
    throw new HubError('would-lose-work', 'Files in the worktree were written since you looked.', {
      hint: 'Stop the agent, then look again.',
    });
  }
}

function removedEvent(id: string): FleetEventBody {
  return { type: 'agent.removed', id };
}

/** The agent is back in the list, where its person sees what became of the removal. */
function keptEvents(id: string, reason: string): readonly FleetEventBody[] {
  return [
    { type: 'agent.removal-undone', id },
    { type: 'agent.lifecycle', id, lifecycle: 'stopped', reason, exit: null },
  ];
}
