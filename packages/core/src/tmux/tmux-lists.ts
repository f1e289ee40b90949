import { parseRecords, recordFormat } from './format.ts';
import type { RunOptions, TmuxTransport } from './tmux-transport.ts';

/** Which things to list, as arguments of tmux: `['list-panes', '-a']`. */
export interface RecordQuery<Name extends string> {
  readonly list: readonly [
    'list-sessions' | 'list-windows' | 'list-panes' | 'list-clients' | 'display-message',
    ...string[],
  ];
  /** Format variables and user options: `session_name`, `@swarm-id`. */
  readonly variables: readonly Name[];
}

/** Asks tmux for the values of variables, one record per thing. Values come back exactly, whatever they hold. */
export async function queryRecords<Name extends string>(
  transport: TmuxTransport,
  { list: [command, ...rest], variables }: RecordQuery<Name>,
  options?: RunOptions,
): Promise<readonly Readonly<Record<Name, string>>[]> {
  const format = recordFormat(variables);
  const words = command === 'display-message' ? [command, '-p', ...rest, format] : [command, ...rest, '-F', format];
  return parseRecords(variables, await transport.run(words, options));
}

/** A session as it was when tmux listed it. */
export interface TmuxSession {
  readonly sessionId: string;
  readonly name: string;
  readonly windows: number;
  /** Number of attached clients. */
  readonly attached: number;
  /** Milliseconds since the epoch; tmux knows seconds. */
  readonly createdAt: number;
}

/** A window as it was when tmux listed it, in one of its sessions. */
export interface TmuxWindow {
  readonly sessionId: string;
  readonly windowId: string;
  readonly name: string;
  /** As the person sees it; starts at `base-index`. */
  readonly index: number;
  readonly isActive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since the epoch of the last output; tmux knows seconds. */
  readonly activityAt: number;
}

/** A pane as it was when tmux listed it. */
export interface TmuxPane {
  readonly sessionId: string;
  readonly windowId: string;
  readonly paneId: string;
  readonly index: number;
  readonly isActive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Process id of the pane's first process; of the last one when it is dead. */
  readonly pid: number;
  readonly isDead: boolean;
  /** Exit status of a dead pane whose process ended by itself. */
  readonly exitStatus: number | null;
  /** Number of the signal that ended a dead pane's process. Always null before tmux 3.3. */
  readonly exitSignal: number | null;
  readonly title: string;
  /** Program in the foreground. */
  readonly currentCommand: string;
  readonly currentPath: string;
}

/** Who is attached: a terminal, or a control-mode connection. */
export interface TmuxClient {
  /** Name for `switchClient`: the terminal, or `client-PID` for control clients. */
  readonly name: string;
  readonly tty: string;
  readonly pid: number;
  readonly sessionId: string;
  readonly columns: number;
  readonly rows: number;
  readonly isControl: boolean;
  /** Last key press in it, milliseconds since the epoch; tmux knows seconds. */
  readonly activityAt: number;
}

/** tmux variables that `toSession` reads. */
export const sessionVariables = [
  'session_id',
  'session_name',
  'session_windows',
  'session_attached',
  'session_created',
] as const;

/** tmux variables that `toWindow` reads. */
export const windowVariables = [
  'session_id',
  'window_id',
  'window_name',
  'window_index',
  'window_active',
  'window_width',
  'window_height',
  'window_activity',
] as const;

/** tmux variables that `toPane` reads. */
export const paneVariables = [
  'session_id',
  'window_id',
  'pane_id',
  'pane_index',
  'pane_active',
  'pane_width',
  'pane_height',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_title',
  'pane_current_command',
  'pane_current_path',
] as const;

/** tmux variables that `toClient` reads. */
export const clientVariables = [
  'client_name',
  'client_tty',
  'client_pid',
  'session_id',
  'client_width',
  'client_height',
  'client_control_mode',
  'client_activity',
] as const;

type RecordOf<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/** A session as tmux described it. */
export function toSession(record: RecordOf<typeof sessionVariables>): TmuxSession {
  return {
    sessionId: record.session_id,
    name: record.session_name,
    windows: Number(record.session_windows),
    attached: Number(record.session_attached),
    createdAt: Number(record.session_created) * 1000,
  };
}

/** A window as tmux described it. */
export function toWindow(record: RecordOf<typeof windowVariables>): TmuxWindow {
  return {
    sessionId: record.session_id,
    windowId: record.window_id,
    name: record.window_name,
    index: Number(record.window_index),
    isActive: record.window_active === '1',
    columns: Number(record.window_width),
    rows: Number(record.window_height),
    activityAt: Number(record.window_activity) * 1000,
  };
}

/** A pane as tmux described it. */
export function toPane(record: RecordOf<typeof paneVariables>): TmuxPane {
  return {
    sessionId: record.session_id,
    windowId: record.window_id,
    paneId: record.pane_id,
    index: Number(record.pane_index),
    isActive: record.pane_active === '1',
    columns: Number(record.pane_width),
    rows: Number(record.pane_height),
    pid: Number(record.pane_pid),
    isDead: record.pane_dead === '1',
    exitStatus: record.pane_dead_status === '' ? null : Number(record.pane_dead_status),
    exitSignal: record.pane_dead_signal === '' ? null : Number(record.pane_dead_signal),
    title: record.pane_title,
    currentCommand: record.pane_current_command,
    currentPath: record.pane_current_path,
  };
}

/** tmux shows the pane as dead and does not know how it ended (yet). */
export function isUnreaped({ isDead, exitStatus, exitSignal }: TmuxPane): boolean {
  return isDead && exitStatus === null && exitSignal === null;
}

/** A client as tmux described it. */
export function toClient(record: RecordOf<typeof clientVariables>): TmuxClient {
  return {
    name: record.client_name,
    tty: record.client_tty,
    pid: Number(record.client_pid),
    sessionId: record.session_id,
    columns: Number(record.client_width),
    rows: Number(record.client_height),
    isControl: record.client_control_mode === '1',
    activityAt: Number(record.client_activity) * 1000,
  };
}
