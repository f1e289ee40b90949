import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeGitPlace } from './git-place.ts';

const nowhere = { repository: null, branch: null, branches: [] };

function temporary(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-git-')));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function git(directory: string, args: readonly string[], date = '2026-01-01T00:00:00Z'): void {
  const person = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  execFileSync('git', [...person, ...args], { cwd: directory, env, stdio: 'ignore' });
}

/** A repository on `main`, with `later` used after it. */
function repository(): string {
  const directory = temporary();
  git(directory, ['init']);
  git(directory, ['commit', '--allow-empty', '-m', 'a']);
  git(directory, ['checkout', '-b', 'later']);
  git(directory, ['commit', '--allow-empty', '-m', 'b'], '2026-02-02T00:00:00Z');
  git(directory, ['checkout', 'main']);
  return directory;
}

describe('describeGitPlace', () => {
  const { env } = process;

  it('tells the top, the branch, and the branches, the last used first', async () => {
    const directory = repository();
    mkdirSync(join(directory, 'src', 'deep'), { recursive: true });
    const expected = { repository: directory, branch: 'main', branches: ['later', 'main'] };
    expect(await describeGitPlace(join(directory, 'src', 'deep'), { env })).toEqual(expected);
  });

  it('knows a worktree by itself, and a checkout without a branch', async () => {
    const directory = repository();
    const tree = join(temporary(), 'tree');
    git(directory, ['worktree', 'add', tree, 'later']);
    expect(await describeGitPlace(tree, { env })).toMatchObject({ repository: tree, branch: 'later' });
    git(directory, ['checkout', '--detach']);
    expect(await describeGitPlace(directory, { env })).toMatchObject({ repository: directory, branch: null });
  });

  it('knows the branch of a repository without a commit', async () => {
    const directory = temporary();
    git(directory, ['init']);
    expect(await describeGitPlace(directory, { env })).toEqual({ repository: directory, branch: 'main', branches: [] });
  });

  it('does not follow the variables of a surrounding git', async () => {
    const other = repository();
    const directory = temporary();
    git(directory, ['init']);
    const found = await describeGitPlace(directory, { env: { ...env, GIT_DIR: join(other, '.git') } });
    expect(found.branches).toEqual([]);
  });

  it('knows nothing outside of repositories, of files and of what is not there', async () => {
    const directory = temporary();
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, '.git'));
    expect(await describeGitPlace(directory, { env })).toEqual(nowhere);
    expect(await describeGitPlace(join(repository(), 'gone'), { env })).toEqual(nowhere);
    expect(await describeGitPlace(join(directory, 'file'), { env })).toEqual(nowhere);
  });

  it('has no branches to offer where git fails', async () => {
    const directory = repository();
    const tools = temporary();
    writeFileSync(join(tools, 'git'), '#!/bin/sh\nexit 128\n');
    chmodSync(join(tools, 'git'), 0o755);
    const found = await describeGitPlace(directory, { env: { PATH: tools } });
    expect(found).toEqual({ repository: directory, branch: 'main', branches: [] });
  });
});
