import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { findOverlookedChanges } from './overlooked-changes.ts';

/** What goes for ever with a working tree. Paths are relative to its top; a directory that counts as one ends in `/`. */
export interface WorktreeLoss {
  /** Tracked files with changes, and untracked ones. */
  readonly uncommitted: readonly string[];
  /** Changed files that git was told not to look at (`--assume-unchanged`, `--skip-worktree`). */
  readonly overlooked: readonly string[];
  /** What git ignores: `.env`, `node_modules/`. */
  readonly ignored: readonly string[];
  /** Submodules with changes, or with commits that only this tree has. */
  readonly submodules: readonly string[];
  /** Repositories inside the tree that it does not know of. */
  readonly repositories: readonly string[];
  /** Commits on HEAD that no branch, tag or remote holds. */
  readonly looseCommits: number;
  /** The branch that HEAD names where there is no such branch: deleted, or never committed to. */
  readonly missingBranch: string | null;
  /** Why somebody locked the tree (`git worktree lock`), maybe without a word; null when nobody did. */
  readonly lock: string | null;
}

/**
 * What would be lost with a working tree. Looks, changes nothing. Rejects with `worktree-failed` where git cannot tell.
 * `directory` is the tree's top.
 */
export async function readWorktreeLoss(options: GitOptions): Promise<WorktreeLoss> {
  const flags = ['--porcelain=v2', '-z', '--untracked-files=all', '--ignored=matching', '--ignore-submodules=none'];
  const entries = toEntries(await runGit(['status', ...flags], options));
  const of = (kind: StatusEntry['kind']): readonly string[] =>
    entries.filter((entry) => entry.kind === kind).map(({ path }) => path);
  const changed = new Set(of('submodule'));
  const others = (await listSubmodules(options)).filter((path) => !changed.has(path));
  const ahead = await Promise.all(others.map((path) => hasOwnCommits(path, options)));
  const missingBranch = await findMissingBranch(options);
  return {
    uncommitted: of('file'),
    overlooked: await findOverlookedChanges(options),
    ignored: of('ignored'),
    submodules: [...changed, ...others.filter((_, index) => ahead[index])].toSorted(),
    repositories: of('repository'),
    looseCommits: missingBranch === null ? await countLooseCommits(options) : 0,
    missingBranch,
    lock: await readLock(options),
  };
}

/** Why a tree does not go without force, in words, one reason each: `1 ignored: .env`. Empty: nothing would be lost. */
export function describeWorktreeLoss(loss: WorktreeLoss): readonly string[] {
  return [
    ...tell(loss.uncommitted, (count) => (count === 1 ? '1 uncommitted change' : `${count} uncommitted changes`)),
    ...tell(loss.overlooked, (count) => `${plural(count, 'change')} that git was told to overlook`),
    ...tell(loss.ignored, (count) => (count === 1 ? '1 ignored file' : `${count} ignored files`)),
    ...tell(loss.submodules, (count) => (count === 1 ? '1 changed submodule' : `${count} changed submodules`)),
    ...tell(loss.repositories, (count) => (count === 1 ? '1 repository inside' : `${count} repositories inside`)),
    ...(loss.looseCommits > 0 ? [`${plural(loss.looseCommits, 'commit')} that no branch holds`] : []),
    ...(loss.missingBranch === null ? [] : [`HEAD on a branch that does not exist (${loss.missingBranch})`]),
    ...(loss.lock === null ? [] : [`a lock of git${loss.lock === '' ? '' : ` (${loss.lock})`}`]),
  ];
}

const mostNames = 3;

function tell(paths: readonly string[], count: (length: number) => string): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length > mostNames ? ', …' : '';
  return [`${count(paths.length)} (${paths.slice(0, mostNames).join(', ')}${more})`];
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

interface StatusEntry {
  readonly kind: 'file' | 'ignored' | 'submodule' | 'repository';
  readonly path: string;
}

/** Words of `git status --porcelain=v2 -z` in front of a path, by what the entry begins with. */
const wordsBefore: Readonly<Record<string, number>> = { 1: 8, 2: 9, u: 10 };

function toEntries(output: string): readonly StatusEntry[] {
  const fields = output.split('\0');
  const entries: StatusEntry[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    const mark = field[0] ?? '';
    const words = wordsBefore[mark];
    if (mark === '!') entries.push({ kind: 'ignored', path: field.slice(2) });
    // git does not look into a repository that it does not know
    if (mark === '?') entries.push({ kind: field.endsWith('/') ? 'repository' : 'file', path: field.slice(2) });
    if (words === undefined) continue;
    const parts = field.split(' ');
    entries.push({ kind: parts[2]?.[0] === 'S' ? 'submodule' : 'file', path: parts.slice(words).join(' ') });
    // the old path of a renamed file stands in a field of its own
    if (mark === '2') index += 1;
  }
  return entries;
}

/** Submodules that are checked out. Those of a worktree keep their commits below the worktree's own git directory. */
async function listSubmodules(options: GitOptions): Promise<readonly string[]> {
  if (!existsSync(join(options.directory, '.gitmodules'))) return [];
  const staged = await runGit(['ls-files', '--stage', '-z'], options);
  const paths = staged.split('\0').flatMap((line) => /^160000 \S+ \d\t([^]+)$/.exec(line)?.[1] ?? []);
  return paths.filter((path) => existsSync(join(options.directory, path, '.git')));
}

async function hasOwnCommits(path: string, options: GitOptions): Promise<boolean> {
  const directory = join(options.directory, path);
  const own = await runGit(['rev-list', '--max-count=1', 'HEAD', '--branches', '--not', '--remotes'], {
    ...options,
    directory,
  });
  return own.trim() !== '';
}

/** Commits made on a detached HEAD belong to no branch: without the tree nothing would lead to them. */
async function countLooseCommits(options: GitOptions): Promise<number> {
  const holders = ['--not', '--branches', '--tags', '--remotes'];
  return Number(await runGit(['rev-list', '--count', 'HEAD', ...holders], options));
}

/** Without its branch, HEAD names no commit; git then knows of the commits by its log alone, which goes with the tree. */
async function findMissingBranch(options: GitOptions): Promise<string | null> {
  const head = ['rev-parse', '--verify', '--quiet', 'HEAD'];
  const hasCommit = await runGit(head, options).then(
    () => true,
    () => false,
  );
  options.signal?.throwIfAborted();
  if (hasCommit) return null;
  return (await runGit(['symbolic-ref', '--short', 'HEAD'], options)).trim();
}

async function readLock(options: GitOptions): Promise<string | null> {
  const own = (await runGit(['rev-parse', '--git-dir'], options)).trimEnd();
  return readFile(join(resolve(options.directory, own), 'locked'), 'utf8').then(
    (reason) => reason.trim(),
    () => null,
  );
}
