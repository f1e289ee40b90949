import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { WorktreeRequest } from '../agent/agent-config.ts';
import { RuntimeError } from '../errors.ts';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { describeWorktreeLoss, readWorktreeLoss } from './worktree-loss.ts';

/** A working tree that an agent works in. `created` tells whether we made it for this request. */
export interface Worktree {
  readonly path: string;
  readonly branch: string;
  readonly created: boolean;
}

/** As `prepareWorktree` leaves it. */
export interface PreparedWorktree extends Worktree {
  /** The commit that a new branch was made at; null when the branch existed. */
  readonly newBranchAt: string | null;
}

/** One line of `git worktree list`. `branch` is null for a detached head. */
export interface WorktreeEntry {
  readonly path: string;
  readonly branch: string | null;
}

/** How a worktree is removed. */
export interface RemoveWorktreeOptions extends GitOptions {
  /** Also removes what would be lost. @default false */
  readonly force?: boolean | undefined;
}

/**
 * Makes a worktree on the branch, or takes the one that has it checked out. The branch is made from `base` when it does
 * not exist. Rejects with `worktree-failed`; leaves nothing behind then.
 */
export async function prepareWorktree(request: WorktreeRequest, options: GitOptions): Promise<PreparedWorktree> {
  const branch = await checkBranchName(request.branch, options);
  const entries = await listWorktrees(options);
  const present = entries.find((entry) => entry.branch === branch);
  if (present) {
    const found = await takePresent(request, { path: present.path, branch, created: false }, options);
    return { ...found, newBranchAt: null };
  }
  const [main] = entries;
  const path = request.path
    ? resolve(options.directory, request.path)
    : defaultPath(main?.path ?? options.directory, branch);
  const newBranchAt = await addWorktree({ path, branch, base: request.base }, options);
  return { path: await realpath(path), branch, created: true, newBranchAt };
}

/** Rejects as `prepareWorktree` would for a bad branch name, or outside of a repository. Makes nothing. */
export async function checkWorktreeRequest({ branch }: WorktreeRequest, options: GitOptions): Promise<void> {
  await checkBranchName(branch, options);
  await listWorktrees(options);
}

/** All working trees of the repository, the main one first. */
export async function listWorktrees(options: GitOptions): Promise<readonly WorktreeEntry[]> {
  const text = await runGit(['worktree', 'list', '--porcelain', '-z'], options).catch((cause: unknown) => {
    options.signal?.throwIfAborted();
    throw new RuntimeError(
      'worktree-failed',
      `No worktree can be made: ${options.directory} is not in a git repository`,
      {
        cause,
        hint: 'Choose a directory inside a repository with at least one commit, or start the agent without a worktree.',
      },
    );
  });
  return parseWorktrees(text);
}

/** What `git worktree list --porcelain -z` prints. */
export function parseWorktrees(text: string): readonly WorktreeEntry[] {
  return text.split('\0\0').flatMap((block): readonly WorktreeEntry[] => {
    const lines = block.split('\0');
    const path = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length);
    const branch = lines.find((line) => line.startsWith('branch refs/heads/'))?.slice('branch refs/heads/'.length);
    return path === undefined || lines.includes('prunable') ? [] : [{ path, branch: branch ?? null }];
  });
}

/**
 * Removes a working tree; the branch stays. Rejects with `worktree-dirty` and all reasons when something would be lost
 * with it (`readWorktreeLoss`: changes, ignored files, submodules, repositories inside, loose commits, a lock), unless forced; and with `worktree-failed`, forced or not, one that is known not to be made for an agent (`created` is false).
 * One that is gone already is fine.
 */
export async function removeWorktree(
  worktree: string | Pick<Worktree, 'path' | 'created'>,
  { force = false, ...options }: RemoveWorktreeOptions,
): Promise<void> {
  const { path, created } = typeof worktree === 'string' ? { path: worktree, created: true } : worktree;
  if (!created) {
    throw new RuntimeError('worktree-failed', `The worktree ${path} was there before the agent and stays`, {
      hint: `Remove it yourself with: git -C ${options.directory} worktree remove ${path}`,
    });
  }
  if (!(await isDirectory(path))) {
    // its repository may be gone too; then nothing is left to forget
    await runGit(['worktree', 'prune'], options).catch(() => options.signal?.throwIfAborted());
    return;
  }
  const loss = force ? undefined : await refuseLoss(path, options);
  // git refuses a tree with submodules as such; without any it looks once more itself, in the moment of the removal
  const flags = force ? ['--force', '--force'] : loss?.hasSubmodules ? ['--force'] : [];
  await runGit(['worktree', 'remove', ...flags, '--', path], options);
}

async function refuseLoss(path: string, options: GitOptions): Promise<{ readonly hasSubmodules: boolean }> {
  const reasons = describeWorktreeLoss(await readWorktreeLoss({ ...options, directory: path }));
  if (reasons.length === 0) return { hasSubmodules: existsSync(join(path, '.gitmodules')) };
  throw new RuntimeError('worktree-dirty', `The worktree ${path} has ${reasons.join('; ')}`, {
    hint: `Keep what you need, or remove it by force; look with: git -C ${path} status --ignored`,
  });
}

async function checkBranchName(name: string, options: GitOptions): Promise<string> {
  // a name that begins with a dash is refused by git itself, and never read as an option: it is one word after a word
  const isGood = await runGit(['check-ref-format', `refs/heads/${name}`], options).then(
    () => !name.startsWith('-'),
    () => false,
  );
  options.signal?.throwIfAborted();
  if (isGood) return name;
  throw new RuntimeError('invalid-input', `"${name}" is no branch name that git allows`, {
    hint: 'Use letters, digits, "-", "/" and ".", without spaces: fix/login',
  });
}

async function takePresent(request: WorktreeRequest, present: Worktree, { directory }: GitOptions): Promise<Worktree> {
  if (!(await isDirectory(present.path))) {
    throw new RuntimeError(
      'worktree-failed',
      `The worktree of ${present.branch} at ${present.path} is missing on disk`,
      {
        hint: `Forget it with: git -C ${directory} worktree prune`,
      },
    );
  }
  const wanted = request.path && resolve(directory, request.path);
  if (!wanted || (await realpath(wanted).catch(() => wanted)) === (await realpath(present.path))) return present;
  throw new RuntimeError('worktree-failed', `Branch ${present.branch} is checked out at ${present.path} already`, {
    hint: 'Use that worktree (leave the path out), or choose another branch.',
  });
}

async function addWorktree(
  { path, branch, base }: { readonly path: string; readonly branch: string; readonly base: string | undefined },
  options: GitOptions,
): Promise<string | null> {
  const exists = await runGit(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], options).then(
    () => true,
    () => false,
  );
  options.signal?.throwIfAborted();
  const start = exists ? branch : await resolveCommit(base ?? 'HEAD', options);
  try {
    await runGit(['worktree', 'add', ...(exists ? [] : ['-b', branch]), '--', path, start], options);
    return exists ? null : start;
  } catch (cause) {
    // git itself takes back a tree that it could not finish; an abort kills git, which then cannot
    if (options.signal?.aborted) await discardUnfinished({ path, branch, isNew: !exists }, options);
    throw cause;
  }
}

/**
 * Takes back what `prepareWorktree` just made for nothing, with the branch when it is new. Anything that holds work stays:
 * a tree that is not clean, a branch with commits of its own. Never rejects.
 */
export async function discardWorktree(worktree: PreparedWorktree, { directory, env }: GitOptions): Promise<void> {
  const { path, branch, created, newBranchAt } = worktree;
  if (!created) return;
  const git = (...args: readonly string[]): Promise<string | undefined> =>
    runGit(args, { directory, env }).catch(() => undefined);
  // without force: git itself refuses what is not clean, in the moment of the removal
  if ((await git('worktree', 'remove', '--', path)) === undefined || newBranchAt === null) return;
  const tip = await git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`);
  if (tip?.trim() === newBranchAt) await git('branch', '-D', '--', branch);
}

// by force: half of a checkout looks like changes
async function discardUnfinished(
  { path, branch, isNew }: { readonly path: string; readonly branch: string; readonly isNew: boolean },
  { directory, env }: GitOptions,
): Promise<void> {
  await runGit(['worktree', 'remove', '--force', '--', path], { directory, env }).catch(() => undefined);
  if (isNew) await runGit(['branch', '-D', '--', branch], { directory, env }).catch(() => undefined);
}

async function resolveCommit(base: string, options: GitOptions): Promise<string> {
  try {
    return (await runGit(['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`], options)).trim();
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new RuntimeError('worktree-failed', `There is no commit or branch "${base}" to start from`, {
      cause,
      hint: 'Make a first commit, or name another base.',
    });
  }
}

function defaultPath(repository: string, branch: string): string {
  return join(dirname(repository), `${basename(repository)}.worktrees`, branch.replaceAll('/', '-'));
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
