import { escapeFormat } from './format.ts';
import { launchArguments, type PaneLaunch } from './launch-arguments.ts';
import type { TmuxCommand } from './tmux-transport.ts';

/** What was made: the ids stay valid whatever is renamed or moved. */
export interface CreatedPane {
  readonly sessionId: string;
  readonly windowId: string;
  readonly paneId: string;
}

/** A session to make, with its first window and pane. */
export interface CreateSession extends PaneLaunch {
  /** Made fit with `toSessionName`. A name that is taken rejects with `tmux-failed`. */
  readonly name: string;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly windowName?: string | undefined;
}

/** A window to make in a session. */
export interface CreateWindow extends PaneLaunch {
  readonly name?: string | undefined;
}

/** A pane to make beside or below another. */
export interface SplitPane extends PaneLaunch {
  /** @default 'right' */
  readonly direction?: 'right' | 'below' | undefined;
  /** Share of the space for the new pane. @default 50 */
  readonly percent?: number | undefined;
}

const printCreated = ['-P', '-F', '#{session_id} #{window_id} #{pane_id}'];

/** Makes a detached session and prints its ids. */
export function newSessionCommand(session: CreateSession): TmuxCommand {
  const { name, columns = 160, rows = 50, windowName, ...launch } = session;
  const size = ['-x', String(columns), '-y', String(rows)];
  return [
    'new-session',
    '-d',
    ...printCreated,
    '-s',
    escapeFormat(name),
    ...size,
    ...nameOf(windowName),
    ...launchArguments(launch),
  ];
}

/** Makes a window that does not become current, and prints its ids. */
export function newWindowCommand(target: string, { name, ...launch }: CreateWindow): TmuxCommand {
  return ['new-window', '-d', ...printCreated, ...nameOf(name), '-t', target, ...launchArguments(launch)];
}

/** Splits a pane without moving the focus, and prints the new one's ids. */
export function splitPaneCommand(
  target: string,
  { direction = 'right', percent = 50, ...launch }: SplitPane,
): TmuxCommand {
  const shape = [direction === 'right' ? '-h' : '-v', '-d', '-l', `${percent}%`];
  return ['split-window', ...shape, ...printCreated, '-t', target, ...launchArguments(launch)];
}

function nameOf(window: string | undefined): readonly string[] {
  return window === undefined ? [] : ['-n', escapeFormat(window)];
}
