import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { discardWorktree, listWorktrees, prepareWorktree, removeWorktree } from '../src/worktree/worktree.ts';
import { readWorktreeLoss } from '../src/worktree/worktree-loss.ts';
import { startServer, useLocalWorld } from './local-world.ts';

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
    newBranchAt: git('rev-parse', 'HEAD').trim(),
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
  expect(await prepareWorktree({ branch: 'fix' }, options)).toEqual({ ...first, created: false, newBranchAt: null });
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

it('refuses to remove what git ignores, and a repository inside, unless forced', async () => {
  const { git, ...options } = await createRepository();
  await writeFile(join(options.directory, '.gitignore'), '.env\nbuild/\n');
  git('add', '.gitignore');
  git('commit', '-q', '-m', 'ignore');
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  await writeFile(join(path, '.env'), 'SECRET=1');
  await mkdir(join(path, 'build', 'deep'), { recursive: true });
  await writeFile(join(path, 'build', 'deep', 'out'), 'x');
  git('init', '-q', join(path, 'inside it'));
  await writeFile(join(path, 'inside it', 'notes'), 'x');
  expect(await readWorktreeLoss({ ...options, directory: path })).toEqual({
    uncommitted: [],
    overlooked: [],
    ignored: ['.env', 'build/'],
    submodules: [],
    repositories: ['inside it/'],
    looseCommits: 0,
    missingBranch: null,
    lock: null,
  });
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: expect.stringContaining('2 ignored files (.env, build/); 1 repository inside (inside it/)'),
  });
  expect(existsSync(join(path, '.env'))).toBe(true);
  await removeWorktree(path, { ...options, force: true });
  expect(existsSync(path)).toBe(false);
});

it.each(['--assume-unchanged', '--skip-worktree'])('refuses to remove work in a file marked %s', async (mark) => {
  const { git, ...options } = await createRepository();
  const names = ['kept\nname', 'same', 'gone', 'open'];
  for (const name of names) await writeFile(join(options.directory, name), 'first\n');
  git('add', '.');
  git('commit', '-q', '-m', 'files');
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  git('-C', path, 'update-index', mark, 'kept\nname', 'same', 'gone');
  await rm(join(path, 'gone'));
  const overlooked = async () => (await readWorktreeLoss({ ...options, directory: path })).overlooked;
  expect(await overlooked()).toEqual([]);
  await writeFile(join(path, 'kept\nname'), 'WORK\n');
  expect(git('-C', path, 'status', '--porcelain')).toBe('');
  expect(await overlooked()).toEqual(['kept\nname']);
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: expect.stringContaining('1 change that git was told to overlook (kept\nname)'),
  });
  await removeWorktree(path, { ...options, force: true });
  expect(existsSync(path)).toBe(false);
});

it('removes a sparse checkout that holds nothing new, and refuses one with a file outside its cone', async () => {
  const { git, ...options } = await createRepository();
  for (const part of ['in', 'out']) {
    await mkdir(join(options.directory, part));
    await writeFile(join(options.directory, part, 'file'), 'first\n');
  }
  git('add', '.');
  git('commit', '-q', '-m', 'parts');
  const sparse = async (branch: string): Promise<string> => {
    const { path } = await prepareWorktree({ branch }, options);
    git('-C', path, 'sparse-checkout', 'set', 'in');
    expect(existsSync(join(path, 'out'))).toBe(false);
    return path;
  };
  const clean = await sparse('clean');
  await removeWorktree(clean, options);
  expect(existsSync(clean)).toBe(false);
  const path = await sparse('fix');
  await mkdir(join(path, 'out'));
  await writeFile(join(path, 'out', 'file'), 'WORK\n');
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: expect.stringContaining('out/file'),
  });
});

it('refuses a tree whose branch was deleted, naming it, unless forced', async () => {
  const { git, ...options } = await createRepository();
  const { path } = await prepareWorktree({ branch: 'fix/login' }, options);
  git('update-ref', '-d', 'refs/heads/fix/login');
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: `The worktree ${path} has HEAD on a branch that does not exist (fix/login)`,
  });
  await removeWorktree(path, { ...options, force: true });
  expect(existsSync(path)).toBe(false);
});

it('has nothing to do for a tree that went with its repository', async () => {
  const { git: _git, ...options } = await createRepository();
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  await rm(path, { recursive: true });
  await rm(join(options.directory, '.git'), { recursive: true });
  await expect(removeWorktree(path, options)).resolves.toBeUndefined();
});

it('refuses a locked tree with the reason of the lock, unless forced', async () => {
  const { git, ...options } = await createRepository();
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  git('worktree', 'lock', '--reason', 'on a stick', path);
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: `The worktree ${path} has a lock of git (on a stick)`,
  });
  git('worktree', 'unlock', path);
  git('worktree', 'lock', path);
  expect((await readWorktreeLoss({ ...options, directory: path })).lock).toBe('');
  await removeWorktree(path, { ...options, force: true });
  expect(existsSync(path)).toBe(false);
});

it('refuses to remove a submodule that holds changes or commits of its own', async () => {
  const { git, ...options } = await createRepository();
  const { git: other, directory: library } = await createRepository();
  other('commit', '-q', '--allow-empty', '-m', 'library');
  const local = ['-c', 'protocol.file.allow=always'];
  git(...local, 'submodule', '--quiet', 'add', library, 'lib');
  git('commit', '-q', '-m', 'with library');
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  git('-C', path, ...local, 'submodule', '--quiet', 'update', '--init');
  const submodulesOf = async () => (await readWorktreeLoss({ ...options, directory: path })).submodules;
  expect(await submodulesOf()).toEqual([]);
  const inside = join(path, 'lib');
  await writeFile(join(inside, 'work'), 'work');
  expect(await submodulesOf()).toEqual(['lib']);
  git('-C', inside, 'add', '.');
  git('-C', inside, '-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-q', '-m', 'only here');
  git('-C', path, 'commit', '-q', '-a', '-m', 'all is committed');
  expect(git('-C', path, 'status', '--porcelain')).toBe('');
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: expect.stringContaining('1 changed submodule (lib)'),
  });
  git('-C', inside, 'push', '-q', 'origin', 'HEAD:refs/heads/saved');
  await removeWorktree(path, options);
  expect(existsSync(path)).toBe(false);
});

it('refuses to remove commits that no branch holds', async () => {
  const { git, ...options } = await createRepository();
  const { path } = await prepareWorktree({ branch: 'fix' }, options);
  git('-C', path, 'checkout', '-q', '--detach');
  git('-C', path, 'commit', '-q', '--allow-empty', '-m', 'work on no branch');
  await expect(removeWorktree(path, options)).rejects.toMatchObject({
    code: 'worktree-dirty',
    message: expect.stringContaining('1 commit that no branch holds'),
  });
  git('-C', path, 'branch', 'kept');
  await removeWorktree(path, options);
  expect(await listWorktrees(options)).toHaveLength(1);
});

it('never removes a tree that a person had made, not even by force', async () => {
  const { git, ...options } = await createRepository();
  const path = join(options.directory, '..', 'mine');
  git('worktree', 'add', '-q', '-b', 'mine', path);
  const reused = await prepareWorktree({ branch: 'mine' }, options);
  await expect(removeWorktree(reused, { ...options, force: true })).rejects.toMatchObject({ code: 'worktree-failed' });
  expect(existsSync(path)).toBe(true);
  await removeWorktree({ ...reused, created: true }, options);
  expect(existsSync(path)).toBe(false);
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

/** Holds `git worktree add` in a hook, with the tree made already, until it is let go on. */
async function holdCheckouts({
  directory,
}: Repository): Promise<{ isHeld: () => boolean; release: () => Promise<void> }> {
  const [held, go] = [join(directory, '.git', 'held'), join(directory, '.git', 'go')];
  const script = `#!/bin/sh\n: > ${held}\nuntil [ -e ${go} ]; do sleep 0.02; done\n`;
  await writeFile(join(directory, '.git', 'hooks', 'post-checkout'), script, { mode: 0o755 });
  return { isHeld: () => existsSync(held), release: () => writeFile(go, '') };
}

const waiting = { timeout: 30_000, interval: 20 };
const fromTree = { worktree: { branch: 'feat/x' }, command: ['./no-such-program'] };

it('keeps two spawns on one branch apart, so that the failing one takes no tree from the other', async () => {
  const repository = await createRepository();
  const { runtime, config } = await useLocalWorld();
  const checkouts = await holdCheckouts(repository);
  const base = { workingDirectory: repository.directory };
  const failing = runtime
    .spawnAgent(config({ ...base, ...fromTree, agentId: 'failing' }))
    .catch((error: unknown) => error);
  await vi.waitFor(() => expect(checkouts.isHeld()).toBe(true), waiting);
  const working = runtime.spawnAgent(config({ ...base, worktree: { branch: 'feat/x' }, agentId: 'working' }));
  // time for a spawn that does not wait for the other to find the tree of the other
  await Promise.race([working, delay(1000)]);
  await checkouts.release();
  expect(await failing).toMatchObject({ code: 'command-not-found' });
  await working;
  const [agent] = await runtime.listAgents();
  expect(agent).toMatchObject({ status: 'running', worktree: { branch: 'feat/x', created: true } });
  expect(existsSync(agent?.directory ?? '')).toBe(true);
});

it('keeps the tree of a failed spawn when another agent works in it', async () => {
  const repository = await createRepository();
  const { runtime, config } = await useLocalWorld();
  const checkouts = await holdCheckouts(repository);
  const failing = runtime
    .spawnAgent(config({ ...fromTree, workingDirectory: repository.directory, agentId: 'failing' }))
    .catch((error: unknown) => error);
  await vi.waitFor(() => expect(checkouts.isHeld()).toBe(true), waiting);
  const path = `${repository.directory}.worktrees/feat-x`;
  await runtime.spawnAgent(config({ agentId: 'guest', workingDirectory: path }));
  await checkouts.release();
  expect(await failing).toMatchObject({ code: 'command-not-found' });
  expect(existsSync(path)).toBe(true);
});

it('looks for the program before it makes a tree', async () => {
  const { git: _git, ...options } = await createRepository();
  const { runtime, config } = await useLocalWorld();
  const steps: string[] = [];
  const doomed = config({
    workingDirectory: options.directory,
    worktree: { branch: 'x' },
    command: ['no-such-program'],
  });
  const spawned = runtime.spawnAgent(doomed, { onProgress: (step) => steps.push(step) });
  await expect(spawned).rejects.toMatchObject({ code: 'command-not-found' });
  expect(steps).toEqual([]);
});

it('gives up waiting for a branch that another spawn has, when asked to', async () => {
  const repository = await createRepository();
  const { runtime, config } = await useLocalWorld();
  const checkouts = await holdCheckouts(repository);
  const base = { workingDirectory: repository.directory, worktree: { branch: 'feat/x' } };
  const first = runtime.spawnAgent(config({ ...base, agentId: 'first' }));
  await vi.waitFor(() => expect(checkouts.isHeld()).toBe(true), waiting);
  const reason = new Error('changed my mind');
  const second = runtime.spawnAgent(config({ ...base, agentId: 'second' }), { signal: AbortSignal.timeout(50) });
  await expect(second).rejects.toMatchObject({ name: 'TimeoutError' });
  const third = new AbortController();
  const refused = runtime.spawnAgent(config({ ...base, agentId: 'third' }), { signal: third.signal });
  third.abort(reason);
  await expect(refused).rejects.toBe(reason);
  await checkouts.release();
  await first;
  // those who gave up hold up nobody
  await runtime.spawnAgent(config({ ...base, agentId: 'fourth' }));
  expect((await runtime.listAgents()).map(({ worktree }) => worktree?.created)).toEqual([true, false]);
});

it('takes a tree back with its new branch, but never work', async () => {
  const { git, ...options } = await createRepository();
  const clean = await prepareWorktree({ branch: 'clean' }, options);
  const dirty = await prepareWorktree({ branch: 'dirty' }, options);
  const ahead = await prepareWorktree({ branch: 'ahead' }, options);
  await writeFile(join(dirty.path, 'work'), 'work');
  git('-C', ahead.path, 'commit', '-q', '--allow-empty', '-m', 'work');
  const reused = await prepareWorktree({ branch: 'dirty' }, options);
  for (const tree of [clean, dirty, ahead, { ...reused, created: false }]) await discardWorktree(tree, options);
  expect([clean, dirty, ahead].map(({ path }) => existsSync(path))).toEqual([false, true, false]);
  expect(git('branch', '--format=%(refname:short)')).toBe('ahead\ndirty\nmain\n');
});

it('ends the program of an aborted spawn, whatever it ignores, and then takes the tree back', async () => {
  const { git, ...options } = await createRepository();
  const { runtime, config, home, tmux } = await useLocalWorld();
  const [pidFile, go] = [join(home, 'pid'), join(home, 'go')];
  await startServer({ runtime, tmux });
  // the answer to the spawn waits until the program has set its traps, and the spawn is aborted
  tmux('set-hook', '-g', 'after-new-session[99]', `run-shell 'until [ -e ${go} ]; do sleep 0.02; done'`);
  const script = `trap '' HUP TERM INT; echo $$ > ${pidFile}; while :; do sleep 1000; done`;
  const tree = { workingDirectory: options.directory, worktree: { branch: 'x' } };
  const reason = new Error('changed my mind');
  const abort = new AbortController();
  const spawned = runtime
    .spawnAgent(config({ ...tree, command: ['sh', '-c', script] }), { signal: abort.signal })
    .catch((error: unknown) => error);
  const pid = await vi.waitFor(() => {
    const read = Number(readFileSync(pidFile, 'utf8'));
    expect(read).toBeGreaterThan(1);
    return read;
  }, waiting);
  onTestFinished(() => endLeftOver(pid));
  abort.abort(reason);
  await writeFile(go, '');
  expect(await spawned).toBe(reason);
  expect(isAlive(pid)).toBe(false);
  expect(await runtime.listAgents()).toEqual([]);
  expect(existsSync(`${options.directory}.worktrees/x`)).toBe(false);
  expect(git('branch', '--format=%(refname:short)')).toBe('main\n');
});

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

function endLeftOver(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
