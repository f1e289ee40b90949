import { decodeMetadata, type AgentMetadata } from './agent-metadata.ts';
import type { RuntimeEvent } from './agent-runtime.ts';
import {
  type AgentWindow,
  type PaneSight,
  type RuntimeName,
  toAgentInfo,
  type TrackedAgent,
  toTrackedAgent,
} from './tracked-agent.ts';

/** All agents of one tmux server as last seen, and what changed since. No waiting, no tmux: only bookkeeping. */
export class AgentIndex {
  readonly #runtime: RuntimeName;
  readonly #agents = new Map<string, TrackedAgent>();
  readonly #idOfPane = new Map<string, string>();
  /** The program in the foreground that was told last, by agent. */
  readonly #foregrounds = new Map<string, string>();
  /** When an agent was last put or removed by ourselves, by pane: an older look at tmux must not undo it. */
  readonly #touched = new Map<string, number>();
  #revision = 0;

  constructor(runtime: RuntimeName) {
    this.#runtime = runtime;
  }

  all(): readonly TrackedAgent[] {
    return [...this.#agents.values()];
  }

  find(agentId: string): TrackedAgent | undefined {
    return this.#agents.get(agentId);
  }

  findByPane(paneId: string): TrackedAgent | undefined {
    const agentId = this.#idOfPane.get(paneId);
    return agentId === undefined ? undefined : this.#agents.get(agentId);
  }

  /** Metadata known for a pane, for a round that did not ask tmux for it. */
  metadataOf(paneId: string): AgentMetadata | undefined {
    return this.findByPane(paneId)?.metadata;
  }

  /** The moment before a look at tmux begins, for `replace`. */
  mark(): number {
    return this.#revision;
  }

  /**
   * Takes what a look at tmux found; what is not in it is gone. What we changed ourselves since the look began stays.
   * `metadata` is by pane id, and may lack what is known already.
   */
  replace(
    windows: readonly AgentWindow[],
    metadata: ReadonlyMap<string, string>,
    mark: number,
  ): readonly RuntimeEvent[] {
    const events: RuntimeEvent[] = [];
    const present = new Set<string>();
    const isNewer = (paneId: string): boolean => (this.#touched.get(paneId) ?? 0) > mark;
    for (const window of windows.filter(({ row }) => !isNewer(row.pane_id))) {
      const text = metadata.get(window.row.pane_id);
      const known = text === undefined ? this.metadataOf(window.row.pane_id) : decodeMetadata(text);
      if (!known || present.has(known.config.agentId)) continue;
      present.add(known.config.agentId);
      events.push(...this.#store(toTrackedAgent(known, window)));
    }
    const gone = this.all().filter(
      ({ metadata: { config }, paneId }) => !present.has(config.agentId) && !isNewer(paneId),
    );
    for (const [paneId, revision] of this.#touched) if (revision <= mark) this.#touched.delete(paneId);
    return [...events, ...gone.flatMap(({ metadata: { config } }) => this.#drop(config.agentId))];
  }

  /** Takes what we did ourselves: a spawn, a restart. */
  put(agent: TrackedAgent): readonly RuntimeEvent[] {
    this.#touch(agent.paneId);
    return this.#store(agent);
  }

  /** Forgets an agent that we removed ourselves. */
  remove(agentId: string): readonly RuntimeEvent[] {
    const agent = this.#agents.get(agentId);
    if (agent) this.#touch(agent.paneId);
    return this.#drop(agentId);
  }

  #touch(paneId: string): void {
    this.#revision += 1;
    this.#touched.set(paneId, this.#revision);
  }

  #store(agent: TrackedAgent): readonly RuntimeEvent[] {
    const { agentId } = agent.metadata.config;
    const before = this.#agents.get(agentId);
    if (before) this.#idOfPane.delete(before.paneId);
    this.#agents.set(agentId, agent);
    this.#idOfPane.set(agent.paneId, agentId);
    if (!before) return [{ type: 'added', info: toAgentInfo(agent, this.#runtime) }];
    const changes = toChanges(before, agent);
    // its new program is told even when it has the name of the old one
    if (changes.some(({ type }) => type === 'restarted')) this.#foregrounds.delete(agentId);
    return changes;
  }

  /** Takes what a quick look at a pane found, beside the larger looks of `replace`. */
  see({ pane_id: paneId, pane_title: title, pane_current_command: command }: PaneSight): readonly RuntimeEvent[] {
    const agent = this.findByPane(paneId);
    if (!agent) return [];
    const { agentId } = agent.metadata.config;
    const changes = agent.title === title ? [] : this.#store({ ...agent, title });
    if (agent.exit || command === '' || this.#foregrounds.get(agentId) === command) return changes;
    this.#foregrounds.set(agentId, command);
    return [...changes, { type: 'foreground', agentId, command }];
  }

  #drop(agentId: string): readonly RuntimeEvent[] {
    const agent = this.#agents.get(agentId);
    if (!agent) return [];
    this.#agents.delete(agentId);
    this.#foregrounds.delete(agentId);
    this.#idOfPane.delete(agent.paneId);
    return [{ type: 'gone', agentId }];
  }
}

function toChanges(before: TrackedAgent, after: TrackedAgent): readonly RuntimeEvent[] {
  const { agentId } = after.metadata.config;
  const events: RuntimeEvent[] = [];
  const hasRestarted = after.exit === null && (before.exit !== null || before.pid !== after.pid);
  if (hasRestarted) events.push({ type: 'restarted', agentId, pid: after.pid });
  if (after.exit && !before.exit) events.push({ type: 'exited', agentId, exit: after.exit });
  if (before.title !== after.title) events.push({ type: 'title', agentId, title: after.title });
  if (before.viewers !== after.viewers) events.push({ type: 'viewers', agentId, count: after.viewers });
  return events;
}
