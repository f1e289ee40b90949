import { constants } from 'node:os';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentExit, AgentInfo } from '../agent/agent-info.ts';
import type { AgentMetadata } from './agent-metadata.ts';
import { hiddenSession } from './session-name.ts';

/** Format variables of one row per link of an agent's window; read with `TmuxService.query` and the filter. */
export const agentVariables = [
  'session_id',
  'session_name',
  'session_attached',
  'window_id',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_dead_time',
  'window_activity',
  'window_width',
  'window_height',
  'pane_title',
  '@swarm_stopping',
] as const;

/** One line of `list-panes` about an agent, as tmux wrote it. */
export type AgentRow = Readonly<Record<(typeof agentVariables)[number], string>>;

/** What a quick look at all panes asks for; the foreground program costs tmux a read of `/proc` for each. */
export const sightVariables = ['pane_id', 'pane_title', 'pane_current_command', 'pane_dead'] as const;

/** One pane, as such a look found it. */
export type PaneSight = Readonly<Record<(typeof sightVariables)[number], string>>;

/** Only the pane that the agent was started in: people may split its window. */
export const agentPaneFilter = '#{==:#{pane_id},#{@swarm_pane}}';

/** What is known of a running or ended agent on the tmux server. */
export interface TrackedAgent {
  readonly metadata: AgentMetadata;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly windowId: string;
  readonly paneId: string;
  /** No session but the hidden one shows it. */
  readonly isOrphan: boolean;
  /** Its end was asked for. */
  readonly isStopping: boolean;
  readonly exit: AgentExit | null;
  readonly pid: number | null;
  readonly title: string;
  readonly viewers: number;
  readonly lastActivityAt: number;
}

/** The window of an agent, found in one or two sessions. */
export interface AgentWindow {
  readonly row: AgentRow;
  readonly isOrphan: boolean;
  /** The hidden session shows it, so that its output is heard. */
  readonly isHeard: boolean;
  /** Its program ended, and how will not be known. */
  readonly isStatusLost: boolean;
}

/** Joins the rows of each agent's window: the agent's own session counts, the hidden one only tells that it is heard. */
export function toAgentWindows(
  rows: readonly AgentRow[],
  lost: ReadonlySet<string> = new Set(),
): readonly AgentWindow[] {
  const byPane = Map.groupBy(rows, (row) => row.pane_id);
  return [...byPane.values()].flatMap((links): readonly AgentWindow[] => {
    const own = links.find((row) => row.session_name !== hiddenSession);
    const hidden = links.find((row) => row.session_name === hiddenSession);
    const row = own ?? hidden;
    const isStatusLost = row !== undefined && lost.has(row.pane_id);
    return row ? [{ row, isOrphan: own === undefined, isHeard: hidden !== undefined, isStatusLost }] : [];
  });
}

/** Joins what tmux says now with what was kept of the agent. */
export function toTrackedAgent(metadata: AgentMetadata, window: AgentWindow): TrackedAgent {
  const { row, isOrphan } = window;
  const exit = toExit(window);
  return {
    metadata,
    sessionId: row.session_id,
    sessionName: row.session_name,
    windowId: row.window_id,
    paneId: row.pane_id,
    isOrphan,
    isStopping: row['@swarm_stopping'] !== '',
    exit,
    pid: exit ? null : Number(row.pane_pid) || null,
    title: row.pane_title,
    viewers: isOrphan ? 0 : Number(row.session_attached) || 0,
    lastActivityAt: Number(row.window_activity) * 1000,
  };
}

/** tmux shows the pane as dead and does not say how its program ended. */
export function lacksStatus(row: AgentRow): boolean {
  return row.pane_dead === '1' && row.pane_dead_status === '' && row.pane_dead_signal === '';
}

// tmux before 3.3 has no pane_dead_time; the last activity is then the nearest it knows
function deadSince(row: AgentRow): number {
  return Number(row.pane_dead_time || row.window_activity) * 1000;
}

function toExit({ row, isStatusLost }: AgentWindow): AgentExit | null {
  if (row.pane_dead !== '1' || (lacksStatus(row) && !isStatusLost)) return null;
  const signal = toSignalName(row.pane_dead_signal);
  const code = row.pane_dead_status === '' || signal !== null ? null : Number(row.pane_dead_status);
  return { code, signal, at: deadSince(row) };
}

function toSignalName(text: string): string | null {
  if (text === '' || text === '0') return null;
  const found = Object.entries(constants.signals).find(([, number]) => String(number) === text);
  return found?.[0] ?? (text.startsWith('SIG') ? text : `SIG${text}`);
}

/** Which runtime an agent is reported for. */
export interface RuntimeName {
  readonly type: string;
  readonly id: string;
  readonly socketName: string;
}

/** The handle that leads back to a tracked agent. */
export function toHandle(agent: TrackedAgent, { type, id, socketName }: RuntimeName): AgentHandle {
  const { sessionName, sessionId, windowId, paneId, metadata, isOrphan } = agent;
  const place = { socketName, sessionName, sessionId, windowId, paneId };
  const data = { ...place, prompt: metadata.prompt, ...(isOrphan ? { orphan: true } : {}) };
  return { runtimeType: type, runtimeId: id, agentId: metadata.config.agentId, data };
}

/** A tracked agent as callers of the runtime see it. */
export function toAgentInfo(agent: TrackedAgent, runtime: RuntimeName): AgentInfo {
  const { metadata, exit, pid, title, viewers, lastActivityAt } = agent;
  const { config, createdAt, directory, worktree } = metadata;
  const seen = { exit, pid, title, viewers, lastActivityAt: Math.max(lastActivityAt, createdAt) };
  return { handle: toHandle(agent, runtime), config, status: toStatus(agent), createdAt, directory, worktree, ...seen };
}

function toStatus({ exit, isStopping }: TrackedAgent): AgentInfo['status'] {
  if (!exit) return 'running';
  return exit.code === 0 || isStopping ? 'stopped' : 'failed';
}
