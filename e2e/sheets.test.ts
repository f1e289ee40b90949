import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

interface Agent {
  readonly name: string;
  readonly state: string;
  readonly provider: string;
  readonly directory: string;
  readonly branch: string | null;
  readonly attachCommand: string;
}

const list = async (world: World): Promise<readonly Agent[]> =>
  (await world.json<{ agents: readonly Agent[] }>('ls')).agents;

/** A program on the PATH of this world. */
async function addProgram(world: World, name: string, script = 'exec cat'): Promise<string> {
  const path = await world.writeFile(join('bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function usePrograms(world: World): void {
  world.env['PATH'] = `${join(world.directory, 'bin')}:${world.env['PATH'] ?? ''}`;
}

async function makeRepository(world: World): Promise<void> {
  for (const args of [
    ['init', '-b', 'main'],
    ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--allow-empty', '-m', 'first'],
  ])
    expect(await world.run('git', args)).toMatchObject({ code: 0 });
}

async function runFromPalette(ui: Terminal, line: string): Promise<void> {
  await ui.press(':');
  await ui.see('── Commands');
  await ui.type(line);
  await ui.press('Enter');
}

async function leave(ui: Terminal): Promise<void> {
  await ui.press('q');
  expect(await ui.exitStatus()).toBe(0);
}

describe('the sheets, on a real machine', () => {
  it('names what was found, examines the machine, and starts the simulated agents', async () => {
    await using world = await World.create();
    usePrograms(world);
    await addProgram(world, 'claude');
    await using ui = await Terminal.open(world);
    await ui.see(/Found on this machine\n +claude +codex, gemini, .*not installed/);
    const version = (await world.run('tmux', ['-V'])).stdout.trim();
    expect(await ui.text()).toContain(`hub up, ${version}`);

    await runFromPalette(ui, 'doctor');
    await ui.see(/── Doctor/);
    const shown = await ui.see(/ok +claude +\/.*bin\/claude/);
    expect(shown).toMatch(/ok +hub +\S+, up /);
    const printed = (await world.cli('doctor')).stdout.split('\n').find((line) => line.startsWith('ok   state')) ?? '-';
    expect(shown).toContain(printed.slice(0, 70));
    await ui.press('Escape');
    await ui.seeGone(/── Doctor/);

    await runFromPalette(ui, 'hub-log');
    await ui.see(/── Hub log[^]*"event"/);
    await ui.press('Escape');
    await ui.seeGone(/── Hub log/);

    await runFromPalette(ui, 'demo');
    await ui.see(/payments-retry/);
    await vi.waitFor(async () => expect(await list(world)).toHaveLength(6), { timeout: 20_000, interval: 300 });
    expect((await list(world)).every(({ provider }) => provider === 'demo')).toBe(true);
  });

  it('completes a directory, makes the worktree that was chosen, and remembers all that', async () => {
    await using world = await World.create();
    await makeRepository(world);
    await mkdir(join(world.work, 'packages', 'shop-api'), { recursive: true });
    await mkdir(join(world.work, 'packages', '.hidden'));
    const ui = await Terminal.open(world, { columns: 100, rows: 30 });
    await ui.see('no agents yet');
    await ui.press('n');
    await ui.see('New agent');
    await ui.type('Fix the shop');
    await ui.see(/Name +fix-the-shop/);
    await ui.press('Down', 'Down', 'C-u');
    await ui.type('pack');
    await ui.press('Tab');
    await ui.see(/packages\/(?!s)/);
    await ui.press('Tab');
    await ui.see('packages/shop-api/');
    await ui.press('Down', 'Right');
    await ui.see(/Worktree.*fix-the-shop/);
    await ui.press('Enter');
    await ui.seeGone(/New agent/);
    // The row is there before its worktree is.
    await ui.see(/▌ . (?:working|done|idle) .*fix-the-shop/);
    const worktrees = (await world.run('git', ['worktree', 'list', '--porcelain'])).stdout;
    expect(worktrees).toContain('branch refs/heads/fix-the-shop');
    const [agent] = await list(world);
    expect(agent).toMatchObject({ name: 'fix-the-shop', provider: 'demo' });
    expect(worktrees).toContain(`worktree ${agent?.directory.replace(/\/packages\/shop-api$/, '') ?? '-'}\n`);

    await runFromPalette(ui, 'doctor');
    await ui.see(/── Doctor/);
    await ui.press('Escape');
    await ui.seeGone(/── Doctor/);
    await leave(ui);
    const memory = join(world.directory, 'state', 'swarm-tui', 'ui.json');
    expect((await stat(memory)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(memory, 'utf8'))).toMatchObject({ palette: ['doctor'] });
    await ui[Symbol.asyncDispose]();

    await using again = await Terminal.open(world, { columns: 100, rows: 30 });
    await again.see(/fix-the-shop/);
    await again.press('n');
    await again.see(/New agent[^]*Worktree +new, /);
    await again.type('unsent words');
    await again.see('unsent words');
    await again.press('Escape');
    await again.seeGone(/New agent/);
    await again.press(':');
    await again.press('Up');
    await again.see(/: ?doctor/);
    await again.press('Escape');
    await again.seeGone(/── Commands/);
    await again.press('n');
    await again.see('unsent words');
  });

  it('offers the agent of the config file first', async () => {
    await using world = await World.create();
    usePrograms(world);
    await addProgram(world, 'claude');
    await addProgram(world, 'mine');
    await world.writeFile(
      'config/swarm-tui/config.toml',
      'default_agent = "mine"\n[providers.mine]\nprogram = "mine"\n',
    );
    await using ui = await Terminal.open(world);
    await ui.see(/claude +mine +codex, .*not installed/);
    await ui.press('n');
    await ui.see(/Provider +.*mine/);
  });

  it('lends the terminal to the editor, sends what came back, and copies', async () => {
    await using world = await World.create();
    const script = 'printf "EDITING %s\\n" "$(cat "$1")"; read -r line; printf "%s\\n" "$line" >> "$1"';
    const editor = await addProgram(world, 'ed-script', script);
    await using ui = await Terminal.open(world, { columns: 100, rows: 30, env: { EDITOR: editor } });
    await ui.see('no agents yet');
    await world.cli('spawn', 'demo', '/say ready', '--name', 'alpha');
    await ui.see(/(done|idle) .* alpha /);

    await ui.press('m');
    await ui.see(/Message to alpha/);
    await ui.type('/say by hand ');
    await ui.see('/say by hand');
    await ui.press('C-g');
    await ui.see('EDITING /say by hand');
    await ui.type('and by editor');
    await ui.press('Enter');
    await ui.seeGone(/EDITING/);
    await ui.see(/Message to alpha[^]*and by editor/);
    await ui.press('Enter');
    expect(await world.cli('wait', 'alpha', '--for', 'text:and by editor', '--timeout', '30s')).toMatchObject({
      code: 0,
    });
    await ui.seeGone(/Message to alpha/);

    await ui.press('y');
    await ui.see(/Copy from alpha/);
    await ui.press('y');
    await ui.see('Copied attach command');
    const [agent] = await list(world);
    await vi.waitFor(async () => expect(await ui.clipboard()).toBe(agent?.attachCommand), { timeout: 10_000 });
    // nothing stays behind in the paste buffers of the UI's own server
    expect((await world.run('tmux', ['-L', 'swarm-ui', 'list-buffers'])).stdout).toBe('');
  });

  it('asks so that it can be read in 40 columns, and keeps a name that was refused', async () => {
    await using world = await World.create();
    for (const name of ['alpha', 'beta']) await world.cli('spawn', 'demo', '/say ready', '--name', name);
    await using ui = await Terminal.open(world, { columns: 40, rows: 30 });
    await ui.see('alpha');
    await ui.see('beta');
    // the order hangs on which of them has been seen
    await ui.press('/');
    await ui.type('alpha');
    await ui.press('Enter');
    await ui.seeGone(/beta/);
    await ui.press('r');
    await ui.see('── Rename alpha');
    await ui.press('C-u');
    await ui.type('beta');
    await ui.press('Enter');
    await ui.see(/There is an agent "beta" already\./);
    await ui.type('-two');
    await ui.press('Enter');
    await ui.seeGone(/── Rename/);
    await ui.press('Escape');
    await ui.see('beta-two');
    await ui.press('R');
    await ui.see(/▌ Leave it as it is\n ▌   nothing changes/);
    await ui.see(/Restart it on its conversation\n +nothing is lost/);
    await ui.press('Enter');
    await ui.seeGone(/── Restart/);
    expect((await list(world)).map(({ name }) => name).toSorted()).toEqual(['beta', 'beta-two']);
  });

  it('counts the agent in the pane with the keyboard as seen when its turn ends', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'demo', '/say ready', '--name', 'alpha');
    await using ui = await Terminal.open(world, { columns: 120, rows: 30 });
    await ui.see(/(done|idle) .* alpha /);
    await ui.press('Enter');
    await ui.see(/\^Q back to the list/);
    await world.cli('send', 'alpha', '/work 1');
    const stateOf = async (): Promise<string | undefined> => (await list(world))[0]?.state;
    await vi.waitFor(async () => expect(await stateOf()).toBe('working'), { timeout: 20_000, interval: 200 });
    await vi.waitFor(async () => expect(await stateOf()).toBe('idle'), { timeout: 20_000, interval: 200 });
  });
});
