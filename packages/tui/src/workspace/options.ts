/**
 * tmux user options by which the UI finds again what it made. Whatever does not carry them belongs to somebody else and
 * is left alone.
 */
export const uiOptions = {
  /** On a session: `1`. */
  session: '@swarm_ui',
  /** On a session: pane of the list, `%5`. */
  list: '@swarm_list',
  /** On a session: the start that took it over last, its second first: `1700000000-ab12`. */
  claim: '@swarm_claim',
  /** On a session: which fleet it shows. */
  fleet: '@swarm_fleet',
  /** On a session: where the person came from, `$0`; empty on a server of our own. */
  origin: '@swarm_origin',
  /** On a session: `1` where Ctrl+Z may suspend the client. */
  suspend: '@swarm_suspend',
  /** On a session: names of its key tables, blank between. */
  tables: '@swarm_tables',
  /** On a session: a line for the person in place of the hints; empty for none. */
  notice: '@swarm_notice',
  /** On a session, while the keyboard is on its way from the list into a pane: `1` when a key was typed. */
  typed: '@swarm_typed',
  /** On a window: `1`. */
  window: '@swarm_window',
  /** On a pane: `list`, `agent` or `shell`. */
  pane: '@swarm_pane',
  /** On a pane: agent id. */
  agent: '@swarm_agent',
  /** On a pane: by which the leader finds it, from 1. */
  number: '@swarm_number',
  /** On a pane, for its border: name, provider and place, state, colour of the state, when the state began (seconds). */
  name: '@swarm_name',
  detail: '@swarm_detail',
  state: '@swarm_state',
  stateStyle: '@swarm_state_style',
  since: '@swarm_since',
} as const;

/** Whatever of tmux's own we set on a session; unset, it is as any other of its server. */
export const sessionOptionNames: readonly string[] = [
  'status',
  'status-position',
  'status-style',
  'status-interval',
  'status-format',
  'mouse',
  'destroy-unattached',
  'detach-on-destroy',
];

/** The same on a window. */
export const windowOptionNames: readonly string[] = [
  uiOptions.window,
  'pane-border-format',
  'pane-border-style',
  'pane-active-border-style',
  'pane-border-status',
  'automatic-rename',
  'allow-rename',
  'synchronize-panes',
  'window-size',
  'monitor-activity',
  'monitor-bell',
  'monitor-silence',
];

/** True where a session has a pane that somebody else made. */
const hasForeignPane = `#{m:*x*,#{W:#{P:#{?#{${uiOptions.pane}},,x}}}}`;

/** Ends a session whose list has gone; where somebody else has made something in it, only the list's own pane. */
export function endCommand(sessionId: string, listPaneId: string): readonly string[] {
  const [list, all] = [`kill-pane -t ${listPaneId}`, `kill-session -t ${sessionId}`];
  return ['if-shell', '-F', '-t', listPaneId, hasForeignPane, list, all];
}

/** Exit codes by which the list's process tells tmux what to do with its pane. */
export const listExit = {
  /** The UI was left: the session ends. */
  left: 0,
  /** Start the list again in the same pane. */
  restart: 75,
} as const;
