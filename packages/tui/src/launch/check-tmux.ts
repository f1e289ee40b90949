import { spawnSync } from 'node:child_process';
import { installTmuxCommand } from './install-tmux.ts';
import { LaunchError } from './launch-error.ts';

/** True from tmux 3.2 on. `text` is what `tmux -V` prints; versions without a number (`master`) count as new. */
export function isTmuxNewEnough(text: string): boolean {
  const match = /(\d+)\.(\d+)/.exec(text);
  if (match === null) return true;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 3 || (major === 3 && minor >= 2);
}

/**
 * Why tmux did not do what it was asked: missing, too old, or what it said itself. Asks `tmux -V`, so call it only
 * after a failure.
 */
export function diagnoseTmux(said: string, tmux = 'tmux', env = process.env): LaunchError {
  const { error, stdout } = spawnSync(tmux, ['-V'], { encoding: 'utf8', env });
  const install = installTmuxCommand() ?? 'install tmux 3.2 or newer with the package manager of this system';
  if (error !== undefined) return new LaunchError('tmux-missing', `No tmux found. Install it: ${install}`);
  const version = stdout.trim();
  if (!isTmuxNewEnough(version)) {
    return new LaunchError(
      'tmux-too-old',
      `swarm-tui needs tmux 3.2 or newer, this is ${version}. Update it: ${install}`,
    );
  }
  return new LaunchError('tmux-failed', `tmux did not open the UI: ${said.trim() || 'no reason given'}`);
}
