import { execFile } from 'node:child_process';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';

const timeoutMs = 120_000;
const maxBytes = 16 * 1024 * 1024;

/** Where git runs, and with what. */
export interface GitOptions extends CallOptions {
  readonly directory: string;
  /** Environment of git. @default this process's, without the variables that point git elsewhere */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Runs git and answers with what it printed. Rejects with `worktree-failed` and git's own words. */
export function runGit(args: readonly string[], { directory, env = process.env, signal }: GitOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { cwd: directory, env: toGitEnvironment(env), maxBuffer: maxBytes, timeout: timeoutMs, signal };
  execFile('git', args, options, (error, stdout, stderr) => {
    if (!error) resolve(stdout);
    else if (signal?.aborted) reject(signal.reason);
    else reject(toGitError(args, stderr.trim() || error.message, error));
  });
  return promise;
}

function toGitError(args: readonly string[], text: string, cause: Error): RuntimeError {
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  const message = isMissing
    ? 'git could not be started'
    : `git ${args[0] ?? ''} ${args[1] ?? ''}: ${text.slice(0, 500)}`;
  return new RuntimeError('worktree-failed', message, {
    cause,
    hint: isMissing ? 'Install git, and check that the directory exists.' : undefined,
  });
}

// a hook of a surrounding git process exports GIT_DIR and the like, which would redirect ours
function toGitEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|OBJECT_DIRECTORY)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
