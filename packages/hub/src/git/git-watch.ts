import type { ReadGit } from '@swarm-tui/core';
import type { AgentState } from '../fleet/agent-state.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import type { StoreChange } from '../fleet/fleet-store.ts';
import { createSemaphore } from '../fleet/semaphore.ts';
import type { GitFigures } from '../protocol/agent-record.ts';
import { readTree } from './tree-figures.ts';
import { findTree, watchHead } from './watch-head.ts';

interface Tree {
  readonly directory: string;
  readonly agents: Set<string>;
  readonly task: AgendaTask;
  readAt: number;
  isReading: boolean;
  figures: GitFigures | null;
  watcher: Disposable | null;
}

const intervalMs = 10_000;
/** News of one change come in pairs; one reading serves them. */
const settleMs = 200;
const atOnce = 2;
/** Somebody may install git meanwhile. */
const missingMs = 60_000;

/** Git figures of all agents' directories: read when something happened there, each tree at most once in 10 s. */
export class GitWatch implements Disposable {
  readonly #parts: FleetParts;
  readonly #git: ReadGit;
  readonly #trees = new Map<string, Tree>();
  readonly #gate = createSemaphore(atOnce);
  /** When git was last found to be missing. */
  #missingAt = -Infinity;
  #isClosed = false;

  constructor(parts: FleetParts, git: ReadGit) {
    this.#parts = parts;
    this.#git = git;
    parts.store.subscribe((change) => this.#onChange(change));
    for (const state of parts.store.agents()) this.#join(state);
  }

  /** Asks for fresh figures, at the earliest 10 s after the last ones. */
  refresh(id: string): void {
    const tree = this.#trees.get(this.#parts.store.get(id).record.directory);
    if (tree !== undefined) this.#ask(tree);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const tree of this.#trees.values()) tree.watcher?.[Symbol.dispose]();
    this.#trees.clear();
  }

  #onChange({ id, before, after, event }: StoreChange): void {
    if (event === null) return;
    const from = before?.record.directory;
    if (from !== undefined && from !== after?.record.directory) this.#leave(id, from);
    if (after === undefined) return;
    if (after.record.handle !== null) this.#join(after);
    if (event.event.type === 'agent.activity' && hasTurnEnded(before, after)) this.refresh(id);
  }

  /** Only directories on this machine can be looked at, and only those that an agent was really put in. */
  #join({ record }: AgentState): void {
    const { id, directory, host, handle } = record;
    if (host !== 'local' || handle === null) return;
    const known = this.#trees.get(directory);
    if (known !== undefined) {
      if (known.agents.has(id)) return;
      known.agents.add(id);
      if (known.figures !== null) this.#parts.store.patch(id, { git: known.figures });
      return;
    }
    const task = this.#parts.agenda.task(() => void this.#read(tree));
    const tree: Tree = {
      directory,
      agents: new Set([id]),
      task,
      readAt: 0,
      isReading: false,
      figures: null,
      watcher: null,
    };
    this.#trees.set(directory, tree);
    this.#ask(tree);
  }

  #leave(id: string, directory: string): void {
    const tree = this.#trees.get(directory);
    if (tree === undefined || !tree.agents.delete(id) || tree.agents.size > 0) return;
    tree.task.cancel();
    tree.watcher?.[Symbol.dispose]();
    this.#trees.delete(directory);
  }

  #ask(tree: Tree): void {
    if (this.#isClosed) return;
    const now = this.#parts.now();
    if (now - this.#missingAt < missingMs) return;
    tree.task.by(Math.max(now + settleMs, tree.readAt + intervalMs));
  }

  async #read(tree: Tree): Promise<void> {
    if (tree.isReading) return;
    tree.isReading = true;
    try {
      await this.#gate(() => this.#readOnce(tree));
    } catch (error) {
      this.#parts.logger.warn({ event: 'git.not-read', directory: tree.directory, reason: String(error) });
    } finally {
      tree.isReading = false;
      tree.readAt = this.#parts.now();
    }
  }

  async #readOnce(tree: Tree): Promise<void> {
    // Found by looking at files: no process is started where there is no repository.
    const place = await findTree(tree.directory);
    if (this.#trees.get(tree.directory) !== tree || this.#isClosed) return;
    if (place === null) return this.#leaveRepository(tree);
    tree.watcher ??= watchHead(place.gitDirectory, () => this.#ask(tree));
    const reading = await readTree(this.#git, place.top);
    if (!reading.ok) {
      if (reading.failure === 'missing') this.#missingAt = this.#parts.now();
      return;
    }
    this.#tell(tree, { ...reading.figures, at: this.#parts.now() });
  }

  /** It may become one again, with other files to watch. */
  #leaveRepository(tree: Tree): void {
    tree.watcher?.[Symbol.dispose]();
    tree.watcher = null;
    this.#tell(tree, null);
  }

  #tell(tree: Tree, figures: GitFigures | null): void {
    if (isAlike(tree.figures, figures)) return;
    tree.figures = figures;
    for (const id of tree.agents) this.#parts.store.patch(id, { git: figures });
  }
}

function hasTurnEnded(before: AgentState | undefined, { record }: AgentState): boolean {
  return before?.record.activity.state === 'working' && record.activity.state !== 'working';
}

function isAlike(one: GitFigures | null, other: GitFigures | null): boolean {
  if (one === null || other === null) return one === other;
  return JSON.stringify({ ...one, at: 0 }) === JSON.stringify({ ...other, at: 0 });
}
