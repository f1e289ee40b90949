import type { Environment } from './ui-environment.ts';

/** What a terminal, this program, and npm where it started this program have put into the environment for themselves. */
const notForAgents = new RegExp(
  `^(?:${[
    'TMUX|TMUX_PANE|TERM|TERM_PROGRAM.*|COLUMNS|LINES|SHLVL|_|PWD|OLDPWD|SWARM_TUI_.*|NODE_COMPILE_CACHE',
    'INIT_CWD|npm_command|npm_lifecycle_.*|npm_package_.*|npm_execpath|npm_node_execpath|npm_config_(?:package|local_prefix)',
  ].join('|')})$`,
);

/** The environment that agents get: the asking person's, without what belongs to their terminal. */
export function plainEnvironment(env: Environment): Record<string, string> {
  const left = Object.entries(env).filter(([name]) => !notForAgents.test(name));
  return Object.fromEntries(
    left.flatMap(([name, value]) => (value !== undefined && /^[A-Za-z_]\w*$/.test(name) ? [[name, value]] : [])),
  );
}
