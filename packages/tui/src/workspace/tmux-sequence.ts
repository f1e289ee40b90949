import { quoteTmux, type TmuxCommand } from '@swarm-tui/core';

/** Several commands as the one string that `bind-key`, `if-shell` and hooks take. */
export function toSequence(commands: readonly TmuxCommand[]): string {
  return commands.map(quoteTmux).join(' ; ');
}

/** Runs `yes` where a format is true in the pane at hand, else `no`. Forks nothing. */
export function when(format: string, yes: readonly TmuxCommand[], no: readonly TmuxCommand[] = []): TmuxCommand {
  const otherwise = no.length === 0 ? [] : [toSequence(no)];
  return ['if-shell', '-F', format, toSequence(yes), ...otherwise];
}
