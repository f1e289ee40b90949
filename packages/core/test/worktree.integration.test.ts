import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listWorktrees, prepareWorktree, removeWorktree } from '../src/worktree/worktree.ts';
import { useLocalWorld } from './local-world.ts';

interface Repository {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly git: (...args: readonly string[]) => string;
}

async function createRepository(): Promise<Repository> {
  const root = realpathSync(await mkdtemp(join(tmpdir(), 'swarm-git-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const directory = join(root, 'app');
  const identity = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@a',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@a',
  };
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, ...identity };
  execFileSync('git', ['init', '-q', '-b', 'main', directory], { env });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', directory, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  git('commit', '-q', '--allow-empty', '-m', 'first');
  return { directory, env, git };
}

it('makes a worktree on a new branch beside the repository, and removes it when clean', async () => {
  const { git, ...options } = await createRepository();
  const worktree = await prepareWorktree({ branch: 'fix/login' }, options);
  expect(worktree).toEqual({
    path: `${options.directory}.worktrees/fix-login`,
    branch: 'fix/login',
    created: true,
    isNewBranch: true,
  });
  expect(git('-C', worktree.path, 'branch', '--show-current')).toBe('fix/login\n');
  await removeWorktree(worktree.path, options);
  expect(existsSync(worktree.path)).toBe(false);
  expect(git('branch', '--list', 'fix/login')).toContain('fix/login');
  await removeWorktree(worktree.path, options);
});

it('takes the worktree that has the branch checked out', async () => {
  const { git: _git, ...options } = await createRepository();
  const first = await prepareWorktree({ branch: 'fix' }, options);
  expect(await prepareWorktree({ branch: 'fix' }, options)).toEqual({ ...first, created: false, isNewBranch: false });
  await expect(prepareWorktree({ branch: 'fix', path: '../elsewhere' }, options)).rejects.toMatchObject({
    code: 'worktree-failed',
  });
});

it('refuses to remove what is not committed, unless forced', async () => {
  const { git: _git, ...options } = await createRepository();
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  await writeFile(join(path, 'new file'), 'work');
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    hint: expect.stringContaining(path),
  });
  await removeWorktree(path, { ...options, force: true });
  expect(await listWorktrees(options)).toEqual([{ path: options.directory, branch: 'main' }]);
});

it('starts a branch from the base it is given', async () => {
  const { git, ...options } = await createRepository();
  const base = git('rev-parse', 'HEAD').trim();
  git('commit', '-q', '--allow-empty', '-m', 'second');
  const { path } = await prepareWorktree({ branch: 'old', base }, options);
  expect(git('-C', path, 'rev-parse', 'HEAD').trim()).toBe(base);
});

it('says what is wrong, and makes nothing', async () => {
  const { git, ...options } = await createRepository();
  await expect(prepareWorktree({ branch: '--force' }, options)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(prepareWorktree({ branch: 'a b' }, options)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(prepareWorktree({ branch: 'x', base: 'no-such' }, options)).rejects.toMatchObject({
    code: 'worktree-failed',
  });
  await expect(prepareWorktree({ branch: 'x' }, { ...options, directory: '/' })).rejects.toThrow(
    'not in a git repository',
  );
  expect(git('branch', '--format=%(refname:short)')).toBe('main\n');
});

it('gives a spawned agent its worktree, and takes a new one back when the spawn fails', async () => {
  const { git, ...options } = await createRepository();
  const { runtime, config } = await useLocalWorld();
  const steps: string[] = [];
  await runtime.spawnAgent(config({ workingDirectory: options.directory, worktree: { branch: 'fix/login' } }), {
    onProgress: (step) => steps.push(step),
  });
  const path = `${options.directory}.worktrees/fix-login`;
  const worktree = { path, branch: 'fix/login', created: true };
  expect(await runtime.listAgents()).toMatchObject([{ directory: path, worktree }]);
  expect(steps).toEqual(['making worktree fix/login', 'starting']);
  const doomed = config({
    agentId: 'doomed',
    workingDirectory: options.directory,
    worktree: { branch: 'doomed' },
    command: ['no-such-program'],
  });
  await expect(runtime.spawnAgent(doomed)).rejects.toMatchObject({ code: 'command-not-found' });
  expect((await listWorktrees(options)).map(({ branch }) => branch)).toEqual(['main', 'fix/login']);
  expect(git('branch', '--format=%(refname:short)')).toBe('fix/login\nmain\n');
  const [info] = await runtime.listAgents();
  await runtime.killAgent(info?.handle ?? { runtimeType: 'local', agentId: 'probe', data: {} }, { graceMs: 5000 });
  expect(existsSync(path)).toBe(true);
});
