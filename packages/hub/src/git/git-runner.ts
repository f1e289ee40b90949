import { execFile } from 'node:child_process';
import type { Environment } from '../fleet/fleet-parts.ts';

const timeoutMs = 10_000;
const maxBytes = 4 * 1024 * 1024;

/** Why git gave no answer. */
export type GitFailure = 'missing' | 'not-a-repository' | 'failed';

/** What git printed, or why it could not. */
export type GitOutcome =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly failure: GitFailure };

/** Runs one read-only git command in a directory. Never rejects but on abort. */
export type RunGit = (directory: string, args: readonly string[], signal?: AbortSignal) => Promise<GitOutcome>;

// Nothing that the repository's own config names may be started, and nothing is written: no locks, no refreshed index.
const settings = [
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'diff.external=',
];

/** The system's git, with limits of time and output, and without the variables of `env` that point it elsewhere. */
export function createGitRunner(env: Environment): RunGit {
  const common = {
    env: gitEnvironment(env),
    cwd: '/',
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    killSignal: 'SIGKILL',
  } as const;
  return (directory, args, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<GitOutcome>();
    const argv = ['--no-pager', ...settings.flatMap((setting) => ['-c', setting]), '-C', directory, ...args];
    execFile('git', argv, { ...common, signal }, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, output: stdout });
      if (signal?.aborted) return reject(signal.reason);
      return resolve({ ok: false, failure: failureOf(error, stderr) });
    });
    return promise;
  };
}

function failureOf(error: Error, stderr: string): GitFailure {
  if ('code' in error && error.code === 'ENOENT') return 'missing';
  return /not a git repository|cannot change to|dubious ownership|must be run in a work tree/.test(stderr)
    ? 'not-a-repository'
    : 'failed';
}

function gitEnvironment(env: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
