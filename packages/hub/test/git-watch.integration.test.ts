import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGitReader } from '@swarm-tui/core';
import { readLoss } from '../src/git/read-loss.ts';
import { readTree } from '../src/git/tree-figures.ts';
import { findTree } from '../src/git/watch-head.ts';
import { createAgentRecord } from '../src/testing/create-agent-record.ts';

const runGit = createGitReader(process.env);

function temporary(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hub-git-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function repository() {
  const directory = temporary();
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory },
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(directory, 'a.txt'), 'one\ntwo\nthree\n');
  git('add', '.');
  git('commit', '-q', '-m', 'First: one');
  return { directory, git };
}

describe('git figures of a real repository', () => {
  it('count tracked and untracked lines and commits that are nowhere else', async () => {
    const { directory } = repository();
    writeFileSync(join(directory, 'a.txt'), 'one\n2\nthree\nfour\n');
    writeFileSync(join(directory, "new '$(x)' file.txt"), 'x\ny');
    expect(await readTree(runGit, directory)).toMatchObject({
      ok: true,
      figures: { branch: 'main', added: 4, removed: 1, dirtyFiles: 2, unpushed: 1 },
    });
  });

  it('know what was pushed', async () => {
    const { directory, git } = repository();
    const bare = temporary();
    execFileSync('git', ['init', '-q', '--bare', bare]);
    git('push', '-q', '-u', bare, 'main');
    git('remote', 'add', 'origin', bare);
    git('fetch', '-q', 'origin');
    expect(await readTree(runGit, directory)).toMatchObject({ figures: { dirtyFiles: 0, unpushed: 0 } });
  });

  it('work before the first commit, and outside of any repository say so', async () => {
    const directory = temporary();
    expect(await findTree(directory)).toBeNull();
    expect(await readTree(runGit, directory)).toEqual({ ok: false, failure: 'not-a-repository' });
    execFileSync('git', ['init', '-q', '-b', 'main', directory]);
    writeFileSync(join(directory, 'a'), 'x\n');
    expect(await readTree(runGit, directory)).toMatchObject({ figures: { branch: 'main', added: 1, unpushed: 0 } });
  });

  it('start no program that the repository names', async () => {
    const { directory, git } = repository();
    const trap = join(directory, '.git', 'trapped');
    for (const key of ['core.fsmonitor', 'diff.external', 'core.pager']) git('config', key, `touch ${trap}; true`);
    writeFileSync(join(directory, 'a.txt'), 'changed\n');
    expect(await readTree(runGit, directory)).toMatchObject({
      ok: true,
      figures: { dirtyFiles: 1, added: 1, removed: 3 },
    });
    expect(existsSync(trap)).toBe(false);
  });

  it('find the tree of a subdirectory and of a worktree', async () => {
    const { directory, git } = repository();
    const tree = join(temporary(), 'tree');
    git('worktree', 'add', '-q', '-b', 'other', tree);
    expect(await findTree(tree)).toEqual({ top: tree, gitDirectory: join(directory, '.git', 'worktrees', 'tree') });
    expect(await findTree(join(directory, '.git', '..'))).toMatchObject({ top: directory });
  });

  it('tell what would be lost', async () => {
    const { directory } = repository();
    writeFileSync(join(directory, 'a.txt'), 'one\n');
    const loss = await readLoss({ git: runGit, env: process.env }, createAgentRecord({ id: 'a', directory }), 5);
    expect(loss).toMatchObject({
      isRunning: true,
      hasWorktree: false,
      dirtyFiles: [{ path: 'a.txt', added: 0, removed: 2 }],
      unpushedCommits: [{ subject: 'First: one' }],
      git: { unpushed: 1, at: 5 },
    });
  });
});
