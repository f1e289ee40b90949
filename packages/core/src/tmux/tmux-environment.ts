/** The environment for a tmux client that must not think it runs inside another tmux. */
export function tmuxEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string | undefined>> {
  const { TMUX: _server, TMUX_PANE: _pane, ...rest } = env;
  return rest;
}
