import { RuntimeError, type RuntimeErrorCode } from '../errors.ts';
import type { TmuxCommand } from './tmux-transport.ts';

const patterns: readonly (readonly [RegExp, RuntimeErrorCode])[] = [
  [
    /can't find (?:session|window|pane|client)|no such (?:session|window|pane)|session not found|no current (?:target|session|client)/,
    'target-not-found',
  ],
  [/no server running|error connecting|server exited|lost server|no sessions/, 'engine-unavailable'],
];

/** Turns what tmux wrote in refusal into an error. Names the command, never its arguments: they may hold secrets. */
export function toTmuxError(command: TmuxCommand, text: string): RuntimeError {
  const code = patterns.find(([pattern]) => pattern.test(text))?.[1] ?? 'tmux-failed';
  const target = command.includes('-t') ? ` on ${command[command.indexOf('-t') + 1] ?? '?'}` : '';
  return new RuntimeError(code, `tmux ${command[0] ?? ''}${target}: ${text.trim().slice(0, 500) || 'failed'}`, {
    hint: code === 'engine-unavailable' ? 'Start an agent, or check that the tmux server still runs.' : undefined,
  });
}

/** The connection is gone, or was closed by its owner. */
export function closedError(reason: string): RuntimeError {
  return new RuntimeError('tmux-closed', `The connection to tmux is closed: ${reason}`, {
    hint: 'Try again: the connection is made anew by itself.',
  });
}

/** These change nothing: that their answer never came is no loss. */
const looking = /^(?:display-message|capture-pane|has-session|list-.*|show-.*|wait-for|wait)$/;

/** What those are told who gave up on commands that tmux has and did not answer; undefined where these only look. */
export function outcomeUnknown(commands: readonly TmuxCommand[], cause?: unknown): RuntimeError | undefined {
  const command = commands.find(([name = '']) => !looking.test(name));
  if (command === undefined) return undefined;
  return new RuntimeError('outcome-unknown', `tmux ${command[0] ?? ''} was not answered, and may be carried out yet`, {
    cause,
    hint: 'Look at what became of it before you try again.',
  });
}

/** The server has the connection and says nothing. */
export function silentError(): RuntimeError {
  return new RuntimeError('engine-unavailable', 'The tmux server does not answer: it stands still, or is very busy', {
    hint: 'Look at it with: ps -o pid,stat,args -C tmux; a stopped one (T) goes on with: kill -CONT PID',
  });
}
