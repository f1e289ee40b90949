/**
 * Runs an attach command in a pane. Without TMUX, so that a tmux inside does not take itself for nested; `exec` keeps
 * the pane's terminal the attach client's own.
 */
export function toViewerCommand(attachArgv: readonly string[]): readonly string[] {
  return ['sh', '-c', 'unset TMUX TMUX_PANE; exec "$@"', 'swarm-view', ...attachArgv];
}

/** A person's own shell. More than one word, for tmux hands a single one to yet another shell. */
export function toShellCommand(shell: string): readonly string[] {
  return ['sh', '-c', 'exec "$1"', 'swarm-shell', shell];
}
