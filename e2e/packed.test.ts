import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { launcher, World } from './harness/world.ts';

const packageFolder = join(launcher, '..', '..');
const repository = join(packageFolder, '..', '..');

/** Packs the program as it would be published and unpacks it into an empty directory. */
async function unpack(world: World): Promise<string> {
  const folder = join(world.directory, 'unpacked');
  await mkdir(folder);
  const packed = await world.run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, packageFolder]);
  expect(packed).toMatchObject({ code: 0 });
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect(await world.run('tar', ['-xzf', join(folder, tarball), '-C', folder])).toMatchObject({ code: 0 });
  return join(folder, 'package', 'bin', 'swarm-tui.cjs');
}

/** A PATH with nothing but Node, tmux and what tmux itself needs to start a program. */
async function barePath(world: World): Promise<string> {
  const bin = join(world.directory, 'bin');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  for (const name of ['tmux', 'sh', 'env'])
    await symlink((await world.run('sh', ['-c', `command -v ${name}`])).stdout.trim(), join(bin, name));
  return bin;
}

/** A Node that is too old, where the machine has one. */
function findOldNode(): string | null {
  const places = ['/usr/local/bin/node', '/usr/bin/node'].filter((path) => existsSync(path));
  const isOld = (path: string): boolean =>
    /^v(?:1\d|20|21)\./.test(execFileSync(path, ['--version'], { encoding: 'utf8' }));
  return places.find(isOld) ?? null;
}
const oldNode = findOldNode();

describe('the packed program', () => {
  it('lists and draws with nothing but Node and tmux', async () => {
    await using world = await World.create();
    const bin = await unpack(world);
    const path = await barePath(world);
    const run = (...args: readonly string[]) => world.run('env', [`PATH=${path}`, bin, ...args]);
    const listed = await run('ls', '--json');
    expect(listed.stderr).toBe('');
    expect(JSON.parse(listed.stdout)).toMatchObject({ version: 1, agents: [] });
    expect(await run('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asks')).toMatchObject({ code: 0 });
    await using ui = await Terminal.open(world, { columns: 100, rows: 30, env: { PATH: path }, command: [bin] });
    await ui.see(/▲ approve .* asks /);
    await ui.press('q');
    expect(await ui.exitStatus()).toBe(0);
    expect(await ui.text()).not.toMatch(/warning/i);
  });

  it('holds what it needs and nothing else', async () => {
    await using world = await World.create();
    const bin = await unpack(world);
    const root = join(bin, '..', '..');
    expect((await readdir(root)).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json']);
    expect(await readdir(join(root, 'dist'))).toEqual(['bundle']);
    expect(
      (
        await world.run('grep', [
          '-rlF',
          '-e',
          repository,
          '-e',
          'registry.npmjs',
          join(root, 'bin'),
          join(root, 'dist'),
        ])
      ).stdout,
    ).toBe('');
  });

  it('keeps what a command compiled for its next start, and starts as well without', async () => {
    await using world = await World.create();
    const cache = join(world.directory, 'cache');
    const list = (home = cache) => world.run('env', [`XDG_CACHE_HOME=${home}`, launcher, 'ls', '--json']);
    const kept = async () =>
      (await readdir(cache, { recursive: true })).filter((path) => /\/script-\w+-[\w-]+$/.test(path));

    const first = await list();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(await world.run('env', [`XDG_CACHE_HOME=${cache}`, launcher, 'lss'])).toMatchObject({ code: 2 });
    const [path = '', ...others] = (await kept()).map((name) => join(cache, name));
    expect(path).toMatch(/-ls$/);
    expect(others).toEqual([]);
    const { size, mtimeMs } = await stat(path);
    expect(await list()).toEqual(first);
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);

    // of other versions, one of them in use
    const [old, recent] = [join(path, '..', 'script-00ff-ls'), join(path, '..', 'script-01ff-ls')];
    for (const other of [old, recent]) await writeFile(other, '');
    await utimes(old, 0, 0);
    await truncate(path, size / 2);
    expect(await list()).toEqual(first);
    expect((await stat(path)).size).toBeGreaterThan(size / 2);
    expect((await kept()).map((name) => join(cache, name)).sort()).toEqual([path, recent].sort());
    expect(await list('/dev/null')).toEqual(first);
  });

  it.runIf(oldNode !== null)('tells a Node that is too old what to do, in one line', async () => {
    await using world = await World.create();
    const { code, stderr, stdout } = await world.run(oldNode ?? '', [launcher, 'ls']);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^swarm-tui needs Node 22\.13 or newer, this is v\d+\.\S+\. Run: npx .*\n$/);
  });
});
