/** An environment for a tmux client that must not think it runs inside another tmux. */
export function withoutTmux(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || name === 'TMUX' || name === 'TMUX_PANE' ? [] : [[name, value]],
  );
  return Object.fromEntries(kept);
}
