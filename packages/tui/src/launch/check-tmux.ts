import { spawnSync } from 'node:child_process';
import { requireTmuxVersion, RuntimeError, tmuxInstallCommand } from '@swarm-tui/core';
import { LaunchError } from './launch-error.ts';

/**
 * Why tmux did not do what it was asked: missing, too old, or what it said itself. Asks `tmux -V`, so call it only
 * after a failure.
 */
export function diagnoseTmux(said: string, tmux = 'tmux', env = process.env): LaunchError {
  const { error, stdout } = spawnSync(tmux, ['-V'], { encoding: 'utf8', env });
  if (error !== undefined) return new LaunchError('tmux-missing', `No tmux found. Install it: ${tmuxInstallCommand()}`);
  try {
    requireTmuxVersion(stdout);
  } catch (cause) {
    if (cause instanceof RuntimeError)
      return new LaunchError('tmux-too-old', `${cause.message}. ${cause.hint ?? ''}`, { cause });
    throw cause;
  }
  return new LaunchError('tmux-failed', `tmux did not open the UI: ${said.trim() || 'no reason given'}`);
}
