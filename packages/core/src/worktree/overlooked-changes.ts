import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitOptions, runGit } from '../git/run-git.ts';

/**
 * Tracked files that differ from what is staged, where git was told not to look (`git update-index --assume-unchanged`,
 * `--skip-worktree`): `git status` is silent about them. Those that are not there, as in a sparse checkout, are no changes.
 */
export async function findOverlookedChanges(options: GitOptions): Promise<readonly string[]> {
  const flagged = new Set(toFlagged(await runGit(['ls-files', '-v', '-z'], options)));
  const present = [...flagged].filter((path) => existsSync(join(options.directory, path)));
  if (present.length === 0) return [];
  const staged = (await runGit(['ls-files', '--stage', '-z'], options)).split('\0');
  const entries = toEntries(staged, new Set(present));
  const directory = await mkdtemp(join(tmpdir(), 'swarm-index-'));
  try {
    // an index of these files alone, without the marks: git then compares them as it does all others
    const own = { ...options, indexFile: join(directory, 'index') };
    await runGit(['update-index', '-z', '--index-info'], { ...own, input: entries.join('') });
    const flags = ['--name-only', '-z', '--no-ext-diff', '--no-renames', '--ignore-submodules=none'];
    const changed = await runGit(['-c', 'diff.autoRefreshIndex=true', 'diff', ...flags], own);
    return changed.split('\0').filter((path) => path !== '');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `S` is skipped; a small letter is assumed unchanged, whatever else it is. */
function toFlagged(listed: string): readonly string[] {
  return listed.split('\0').flatMap((line) => (/^[Sa-z] /.test(line) ? line.slice(2) : []));
}

function toEntries(staged: readonly string[], paths: ReadonlySet<string>): readonly string[] {
  return staged.filter((line) => paths.has(line.slice(line.indexOf('\t') + 1))).map((line) => `${line}\0`);
}
