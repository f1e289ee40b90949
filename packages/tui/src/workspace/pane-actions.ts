import {
  escapeFormat,
  lookBackKeys,
  RuntimeError,
  searchPrompt,
  type TmuxCommand,
  type TmuxTransport,
} from '@swarm-tui/core';
import type { SplitDirection } from '../app/workspace-port.ts';
import { dockColumns, type LayoutKind, toLayoutString } from './layout.ts';
import { uiOptions } from './options.ts';
import type { PaneView, SessionPane } from './pane-snapshot.ts';
import { when } from './tmux-sequence.ts';
import { WorkspaceError } from './workspace-error.ts';

/** A pane that is to be made. */
export interface NewPane {
  readonly kind: 'agent' | 'shell';
  readonly agentId: string;
  readonly command: readonly string[];
  readonly directory: string;
  readonly direction: SplitDirection;
}

/** Makes a pane of ours beside the last used one, or beside the list. The keyboard stays where it is. */
export async function addPane(
  transport: TmuxTransport,
  { view, target }: { readonly view: PaneView; readonly target: SessionPane },
  pane: NewPane,
): Promise<string> {
  const isFirst = view.open.length === 0;
  if (!isFirst && !target.isZoomed && !hasRoom(target, pane.direction)) throw noRoom();
  const size =
    isFirst && pane.direction === 'right' ? ['-l', String(target.columns - dockColumns(target.columns) - 1)] : [];
  const place = [
    '-d',
    '-P',
    '-F',
    '#{pane_id}',
    pane.direction === 'right' ? '-h' : '-v',
    ...size,
    '-t',
    target.paneId,
  ];
  const lines = await transport
    .run(['split-window', ...place, '-c', escapeFormat(pane.directory), '--', ...pane.command])
    .catch(explain);
  const paneId = lines[0] ?? '';
  await transport.settleAll([
    ['set-option', '-p', '-t', paneId, uiOptions.pane, pane.kind],
    ['set-option', '-p', '-t', paneId, uiOptions.agent, pane.agentId],
    // an attach that fails at once must stay readable; a shell that was left is gone, whatever its last command said
    ['set-option', '-p', '-t', paneId, 'remain-on-exit', pane.kind === 'agent' ? 'failed' : 'off'],
  ]);
  return paneId;
}

/** Below that an agent's screen is of no use, and every split makes it draw anew. */
const least = { columns: 20, rows: 4 };

/** A divider takes one cell of what is shared. */
function hasRoom({ width, height }: SessionPane, direction: SplitDirection): boolean {
  return direction === 'right' ? width > least.columns * 2 : height > least.rows * 2;
}

function noRoom(): WorkspaceError {
  return new WorkspaceError('no-room', 'No room for another pane here.', 'Close one with leader X.');
}

function explain(error: unknown): never {
  throw error instanceof RuntimeError && /no space/.test(error.message) ? noRoom() : error;
}

/** Puts the keyboard into a pane, whatever window it is in. */
export function focusCommands(paneId: string): readonly TmuxCommand[] {
  return [
    ['select-window', '-t', paneId],
    ['select-pane', '-t', paneId],
  ];
}

/** Lets a pane fill the window; does nothing when it does already. */
export function zoomCommand(paneId: string): TmuxCommand {
  return ['if-shell', '-F', '-t', paneId, '#{window_zoomed_flag}', '', `resize-pane -Z -t ${paneId}`];
}

/** Takes a zoom back. */
export function unzoomCommand(paneId: string): TmuxCommand {
  return ['if-shell', '-F', '-t', paneId, '#{window_zoomed_flag}', `resize-pane -Z -t ${paneId}`];
}

/** Lets the list fill the window, or takes that back; a zoom that was there before stays. */
export function widenCommands(
  { list, open, isDockShown }: PaneView,
  isWide: boolean,
  isWidened: boolean,
): readonly TmuxCommand[] {
  if (list === undefined || isWide === isWidened) return [];
  const { paneId } = list;
  const isZoomed = '#{&&:#{window_zoomed_flag},#{pane_active}}';
  if (!isWide) return [['if-shell', '-F', '-t', paneId, isZoomed, `resize-pane -Z -t ${paneId}`]];
  const hasRoom = open.length === 0 || !isDockShown || (list.isActive && list.isZoomed);
  return hasRoom ? [] : [...focusCommands(paneId), zoomCommand(paneId)];
}

/** Arranges all panes of the window in one go, the list in its dock. */
export function layoutCommands(
  view: PaneView,
  kind: LayoutKind,
  lastUsed: SessionPane | undefined,
): readonly TmuxCommand[] {
  const [first] = view.open;
  if (first === undefined) return [];
  if (kind === 'one') return [zoomCommand((lastUsed ?? first).paneId)];
  const dock =
    view.isDockShown && view.list !== undefined
      ? { columns: dockColumns(first.columns), paneId: view.list.paneId }
      : null;
  const layout = toLayoutString({
    kind,
    columns: first.columns,
    rows: first.rows,
    dock,
    panes: view.open.map((pane) => pane.paneId),
  });
  return [unzoomCommand(first.paneId), ['select-layout', '-t', view.windowId, layout]];
}

/** Takes the list out of the window of the panes; it goes on in one of its own. */
export function hideDockCommands(list: SessionPane, next: SessionPane): readonly TmuxCommand[] {
  return [
    unzoomCommand(list.paneId),
    ['break-pane', '-d', '-n', 'swarm', '-s', list.paneId],
    ...focusCommands(next.paneId),
  ];
}

/** Brings the list back to the left of all panes. */
export function showDockCommands(list: SessionPane, first: SessionPane): readonly TmuxCommand[] {
  const columns = String(dockColumns(first.columns));
  return [
    unzoomCommand(first.paneId),
    ['join-pane', '-d', '-b', '-h', '-f', '-l', columns, '-s', list.paneId, '-t', first.paneId],
  ];
}

/**
 * Opens what scrolled by in a pane. An attach client shows no scrollback of its own: the tmux inside has it, and listens
 * to a key for it. A search is asked for on the terminals of these clients, or where the key was pressed without any.
 */
export function lookBackCommands(
  pane: Pick<SessionPane, 'kind' | 'paneId'> | null,
  how: 'scroll' | 'search',
  clients: readonly string[] = [],
): readonly TmuxCommand[] {
  const at = pane === null ? [] : ['-t', pane.paneId];
  const inside: TmuxCommand = ['send-keys', ...at, lookBackKeys[how]];
  const prompts = clients.length === 0 ? [[]] : clients.map((client) => ['-t', client]);
  const own: readonly TmuxCommand[] = [
    ['copy-mode', ...at],
    ...(how === 'search' ? prompts.map((on): TmuxCommand => searchPrompt(on)) : []),
  ];
  if (pane === null) return [when(`#{==:#{${uiOptions.pane}},agent}`, [inside], own)];
  return pane.kind === 'agent' ? [inside] : own;
}

/** Closes a pane, if it is one of ours at that very moment. */
export function closeCommand(paneId: string): TmuxCommand {
  const [command = '', flag = '', format = '', yes = ''] = when(`#{m/r:^(agent|shell)$,#{${uiOptions.pane}}}`, [
    ['kill-pane', '-t', paneId],
  ]);
  return [command, flag, '-t', paneId, format, yes];
}
