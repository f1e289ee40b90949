import type { TmuxCommand } from '@swarm-tui/core';
import { parseRecords, recordFormat } from '@swarm-tui/core';
import type { WorkspacePane } from '../app/workspace-port.ts';
import { uiOptions } from './options.ts';

const variables = [
  'pane_id',
  'window_id',
  uiOptions.pane,
  uiOptions.agent,
  'pane_active',
  'window_active',
  'window_zoomed_flag',
  'window_width',
  'window_height',
  'pane_tty',
  'pane_width',
  'pane_height',
  'pane_dead',
] as const;

/** One pane of the UI session as tmux has it. */
export interface SessionPane {
  readonly paneId: string;
  readonly windowId: string;
  /** Null for a pane that we did not make. */
  readonly kind: 'list' | 'agent' | 'shell' | null;
  readonly agentId: string;
  readonly isActive: boolean;
  readonly isWindowActive: boolean;
  readonly isZoomed: boolean;
  /** Of its window. */
  readonly columns: number;
  readonly rows: number;
  /** Of the pane itself. */
  readonly width: number;
  readonly height: number;
  readonly tty: string;
  readonly isDead: boolean;
}

/** The whole truth about the panes, asked of tmux in one command: it survives a restart of the list. */
export function listPanesCommand(sessionId: string): TmuxCommand {
  return ['list-panes', '-s', '-t', sessionId, '-F', recordFormat(variables)];
}

/** Reads the lines of `tmux list-panes` in our format. */
export function parsePanes(lines: readonly string[]): readonly SessionPane[] {
  return parseRecords(variables, lines).map((record) => ({
    paneId: record.pane_id,
    windowId: record.window_id,
    kind: toKind(record[uiOptions.pane]),
    agentId: record[uiOptions.agent],
    isActive: record.pane_active === '1',
    isWindowActive: record.window_active === '1',
    isZoomed: record.window_zoomed_flag === '1',
    columns: Number(record.window_width),
    rows: Number(record.window_height),
    width: Number(record.pane_width),
    height: Number(record.pane_height),
    tty: record.pane_tty,
    isDead: record.pane_dead === '1',
  }));
}

function toKind(text: string): SessionPane['kind'] {
  return text === 'list' || text === 'agent' || text === 'shell' ? text : null;
}

/** The panes of a session, looked at from the list. */
export interface PaneView {
  readonly list: SessionPane | undefined;
  /** Ours, without the list, in tmux's order. */
  readonly open: readonly SessionPane[];
  /** The one with the keyboard. */
  readonly focused: SessionPane | undefined;
  /** Window that holds the open panes, or the list when there are none. */
  readonly windowId: string;
  /** The list shares its window with the open panes. */
  readonly isDockShown: boolean;
}

/** The panes of a session as the app sees them. */
export function viewPanes(panes: readonly SessionPane[]): PaneView {
  const list = panes.find((pane) => pane.kind === 'list');
  const open = panes.filter((pane) => pane.kind === 'agent' || pane.kind === 'shell');
  const focused = panes.find((pane) => pane.isWindowActive && pane.isActive);
  const windowId = open[0]?.windowId ?? list?.windowId ?? '';
  return { list, open, focused, windowId, isDockShown: open.length === 0 || list?.windowId === windowId };
}

/** A pane as the app knows it; null for one that is not for it. */
export function toWorkspacePane({ paneId, kind, agentId }: SessionPane): WorkspacePane | null {
  return kind === 'agent' || kind === 'shell' ? { paneId, kind, agentId } : null;
}
