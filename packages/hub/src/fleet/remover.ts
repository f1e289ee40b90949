import { dirname } from 'node:path';
import { removeWorktree, RuntimeError } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import type { Loss, ParsedParams } from '../protocol/requests.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { AgentState } from './agent-state.ts';
import type { AgendaTask } from './agenda.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { Spawner } from './spawner.ts';

const retryMs = 30_000;

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

  /** Hides it at once. Rejects with `would-lose-work` when its worktree is to go and is not clean. */
  async schedule({ id, worktree, force, undoMs }: ParsedParams<'agent.remove'>): Promise<{ removeAt: number }> {
    const { parts } = this.#options;
    const { record } = parts.store.get(id);
    if (worktree === 'remove' && !force && record.worktree !== null) await this.#refuseLoss(id);
    const removeAt = parts.now() + undoMs;
    await parts.journal.append({ type: 'agent.removal-scheduled', id, removeAt, worktree, force });
    if (undoMs === 0) await this.#remove(id);
    else this.#plan(id, removeAt);
    return { removeAt };
  }

  /** Rejects with `not-undoable` once the removal has begun. */
  async undo({ id }: ParsedParams<'agent.undo-remove'>): Promise<AgentState['record']> {
    const { parts, locks } = this.#options;
    const { record, removal } = parts.store.get(id);
    if (removal !== null && locks.isBusy(id)) {
      throw new HubError('not-undoable', `The agent "${record.name}" is being removed already.`);
    }
    this.#due.get(id)?.cancel();
    if (removal !== null) await parts.journal.append({ type: 'agent.removal-undone', id });
    return parts.store.get(id).record;
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

  async #remove(id: string): Promise<void> {
    const { parts, locks, spawner } = this.#options;
    spawner.cancel(id, new HubError('not-running', 'removed by you'));
    await locks.run(id, async () => {
      const state = parts.store.find(id);
      if (state === undefined || state.removal === null) return;
      const { handle, runtimeId } = state.record;
      if (handle !== null) await parts.runtimes.getRuntime(runtimeId).killAgent(handle);
      await this.#removeTree(state);
      // Last, so that a hub that ends before it takes the removal up again.
      await parts.journal.append({ type: 'agent.removed', id });
    });
    this.#due.delete(id);
  }

  /** A tree that got dirty since is kept, as is one that another agent works in: its work is worth more than tidiness. */
  async #removeTree({ record, removal, config }: AgentState): Promise<void> {
    const { parts } = this.#options;
    const { worktree, host, id } = record;
    if (worktree === null || removal?.worktree !== 'remove' || host !== 'local') return;
    if (
      [...parts.store.agents()].some((other) => other.record.id !== id && other.record.worktree?.path === worktree.path)
    )
      return;
    const directory = config?.workingDirectory ?? dirname(worktree.path);
    try {
      await removeWorktree(worktree.path, { directory, force: removal.force });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      parts.logger.warn({ event: 'worktree.kept', agentId: id, path: worktree.path, reason: error.message });
    }
  }

  async #refuseLoss(id: string): Promise<void> {
    const { dirtyFiles } = await this.#options.readLoss(id);
    if (dirtyFiles.length === 0) return;
    const files = dirtyFiles.length === 1 ? '1 file' : `${dirtyFiles.length} files`;
    throw new HubError('would-lose-work', `The worktree holds ${files} that are not committed.`, {
      hint: 'Commit them, keep the worktree, or remove it by force.',
    });
  }
}
