import { execGit, isGitMissing } from './exec-git.ts';

/** Why git gave no answer. */
export type GitFailure = 'missing' | 'not-a-repository' | 'failed';

/** What git printed, or why it could not. */
export type GitOutcome =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly failure: GitFailure };

/** Runs one read-only git command in a directory. Never rejects but on abort. */
export type ReadGit = (directory: string, args: readonly string[], signal?: AbortSignal) => Promise<GitOutcome>;

// Nothing that the repository's own config names may be started, and nothing is written: no locks, no refreshed index.
const settings = [
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'diff.external=',
];

/** The system's git for reading, with limits of time and output, and without the `GIT_…` variables of `env`. */
export function createGitReader(
  env: Readonly<Record<string, string | undefined>>,
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number | undefined } = {},
): ReadGit {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
  const limits = { timeoutMs, maxBytes: 4 * 1024 * 1024, killSignal: 'SIGKILL' } as const;
  const process = { ...limits, directory: '/', env: { ...kept, GIT_OPTIONAL_LOCKS: '0' } };
  return async (directory, args, signal) => {
    const argv = ['--no-pager', ...settings.flatMap((setting) => ['-c', setting]), '-C', directory, ...args];
    const { error, stdout, stderr } = await execGit(argv, { ...process, signal });
    return error === null ? { ok: true, output: stdout } : { ok: false, failure: failureOf(error, stderr) };
  };
}

function failureOf(error: Error, stderr: string): GitFailure {
  if (isGitMissing(error)) return 'missing';
  return /not a git repository|cannot change to|dubious ownership|must be run in a work tree/.test(stderr)
    ? 'not-a-repository'
    : 'failed';
}
