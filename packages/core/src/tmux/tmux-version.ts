import { RuntimeError } from '../errors.ts';
import { tmuxInstallCommand } from './tmux-install.ts';

/** The oldest tmux that has all we use: control-mode pause, `-f ignore-size`, subscriptions. */
export const minimumTmuxVersion = '3.2';

/** A tmux release. `text` is as tmux prints it, without the program's name: `3.3a`, `next-3.6`. */
export interface TmuxVersion {
  readonly major: number;
  readonly minor: number;
  readonly text: string;
}

/** Reads what `tmux -V` prints. Undefined when it is no version that we know. */
export function parseTmuxVersion(output: string): TmuxVersion | undefined {
  const match = /^tmux (\S*?(\d+)\.(\d+)\S*)/.exec(output.trim());
  if (!match) return undefined;
  const [, text = '', major = '', minor = ''] = match;
  return { major: Number(major), minor: Number(minor), text };
}

/** Throws `tmux-too-old` for a tmux before 3.2. One whose version cannot be read (`tmux master`) is taken as new. */
export function requireTmuxVersion(output: string, installCommand = tmuxInstallCommand()): void {
  const version = parseTmuxVersion(output);
  if (!version || version.major > 3 || (version.major === 3 && version.minor >= 2)) return;
  throw new RuntimeError(
    'tmux-too-old',
    `tmux ${version.text} is too old; swarm-tui needs ${minimumTmuxVersion} or newer`,
    {
      hint: `Install a newer one: ${installCommand}`,
    },
  );
}

/** What to throw when the program could not be started. */
export function tmuxMissing(program: string, cause: unknown): RuntimeError {
  const message = program.endsWith('tmux') ? 'tmux is not installed' : `${program} could not be started`;
  const code = program.endsWith('tmux') ? 'tmux-missing' : 'engine-unavailable';
  return new RuntimeError(code, message, {
    cause,
    hint: code === 'tmux-missing' ? `Install it: ${tmuxInstallCommand()}` : `Install ${program}, or correct its path.`,
  });
}
