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

/** Exit codes by which the list's process tells tmux what to do with its pane. */
export const listExit = {
  /** The UI was left: the session ends. */
  left: 0,
  /** Start the list again in the same pane. */
  restart: 75,
} as const;
