import { escapeFormat } from './format.ts';
import { quoteShell, quoteTmux } from './quote.ts';
import type { RunOptions, TmuxCommand, TmuxTransport } from './tmux-transport.ts';

/** What to run in a new or reused pane. */
export interface PaneLaunch {
  /** Program and arguments, run without a shell. @default the server's `default-command` */
  readonly command?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  /** Variables on top of the server's and session's. Never seen in a process list. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The end of a `new-session`, `new-window`, `split-window` or `respawn-pane` command. */
export function launchArguments({ command, cwd, env }: PaneLaunch): readonly string[] {
  return [
    ...(cwd === undefined ? [] : ['-c', escapeFormat(cwd)]),
    ...Object.entries(env ?? {}).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    ...(command === undefined ? [] : ['--', ...commandArguments(command)]),
  ];
}

function commandArguments(command: readonly string[]): readonly string[] {
  // tmux hands a single word to a shell, and starts several directly
  return command.length === 1 ? [`exec ${quoteShell(command)}`] : command;
}

/** Runs a command whose arguments may hold secrets: with a process per command they go through its standard input. */
export function runPrivately(
  transport: TmuxTransport,
  command: TmuxCommand,
  options?: RunOptions,
): Promise<readonly string[]> {
  if (transport.kind === 'control') return transport.run(command, options);
  return transport.run(['source-file', '-'], { ...options, input: `${quoteTmux(command)}\n` });
}
