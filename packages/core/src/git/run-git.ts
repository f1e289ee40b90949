import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { execGit, type GitProcess, isGitMissing } from './exec-git.ts';

const limits = { timeoutMs: 120_000, maxBytes: 16 * 1024 * 1024, killSignal: 'SIGTERM' } as const;

/** Where git runs, and with what. */
export interface GitOptions extends CallOptions {
  readonly directory: string;
  /** Environment of git. @default this process's, without the variables that point git elsewhere */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Runs git and answers with what it printed. Rejects with `worktree-failed` and git's own words. */
export async function runGit(
  args: readonly string[],
  options: GitOptions & Pick<GitProcess, 'input' | 'indexFile'>,
): Promise<string> {
  const { error, stdout, stderr } = await execGit(args, { ...limits, ...options, env: options.env ?? process.env });
  if (error === null) return stdout;
  throw toGitError(args, stderr.trim() || error.message, error);
}

function toGitError(args: readonly string[], text: string, cause: Error): RuntimeError {
  const isMissing = isGitMissing(cause);
  const message = isMissing
    ? 'git could not be started'
    : `git ${args[0] ?? ''} ${args[1] ?? ''}: ${text.slice(0, 500)}`;
  return new RuntimeError('worktree-failed', message, {
    cause,
    hint: isMissing ? 'Install git, and check that the directory exists.' : undefined,
  });
}
