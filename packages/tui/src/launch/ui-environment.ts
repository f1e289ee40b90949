/** tmux sets these itself, or they describe the terminal that was left. */
const notForPanes: ReadonlySet<string> = new Set([
  'TMUX',
  'TMUX_PANE',
  'TERM',
  'COLUMNS',
  'LINES',
  'SHLVL',
  'PWD',
  'OLDPWD',
  '_',
]);

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the panes of the UI inherit: the environment of the person who started it, not that of the tmux server. */
export function toPaneEnvironment(env: Environment): readonly (readonly [string, string])[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value === undefined || notForPanes.has(name) || name === '' ? [] : [[name, value] as const],
  );
}

/**
 * Names the fleet that an environment leads to. Two UIs with the same text show the same agents, so one may take the
 * other's tmux session over.
 */
export function describeFleet(env: Environment): string {
  const names = [
    'HOME',
    'XDG_STATE_HOME',
    'XDG_RUNTIME_DIR',
    'SWARM_TUI_STATE_DIR',
    'SWARM_TUI_SOCKET',
    'SWARM_TUI_TMUX_SOCKET',
  ];
  return names.map((name) => (env[name] ?? '').replace(/\s/gu, '_')).join(':');
}
