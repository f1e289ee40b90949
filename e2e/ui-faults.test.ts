import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { launcher, World } from './harness/world.ts';

interface Agent {
  readonly name: string;
  readonly state: string;
}

const list = async (world: World): Promise<readonly Agent[]> =>
  (await world.json<{ agents: readonly Agent[] }>('ls')).agents;
const names = async (world: World): Promise<readonly string[]> => (await list(world)).map(({ name }) => name).sort();

function only(pids: readonly number[]): number {
  const [pid] = pids;
  if (pid === undefined || pids.length > 1) throw new Error(`not one process: ${pids.join(' ')}`);
  return pid;
}

async function withAgents(world: World): Promise<void> {
  await world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asks');
  await world.cli('spawn', 'demo', '/work 900', '--name', 'works');
}

async function openSplit(ui: Terminal): Promise<void> {
  await ui.see(/▲ approve .* asks /);
  await ui.press('g', '|');
  await ui.see(/┬.* 1 asks +demo · local /);
}

/** What stands on the screen, without the times that tick. */
const still = (text: string): string => text.replace(/\d+[smh](?=\s|$)/gm, '#').replace(/ +#/g, ' #');

/** The screen once it has stopped changing. */
async function settled(ui: Terminal): Promise<string> {
  let before = still(await ui.text());
  let same = 0;
  await vi.waitFor(
    async () => {
      const now = still(await ui.text());
      same = now === before ? same + 1 : 0;
      before = now;
      if (same < 5) throw new Error('the screen still changes');
    },
    { timeout: 30_000, interval: 200 },
  );
  return before;
}

/** What is on the screen is what a drawing from nothing shows. */
async function expectWhole(ui: Terminal): Promise<void> {
  // what the start had to say about keys goes by itself
  await ui.seeGone(/An outer tmux/);
  const before = await settled(ui);
  await ui.press('C-l', '?');
  await ui.see('── Keys ');
  await ui.press('Escape');
  await ui.seeGone(/── Keys /);
  expect(before).toBe(await settled(ui));
}

describe('when something is killed -9', () => {
  it('the list comes back by itself, splits stay', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await openSplit(ui);
    const pid = only(world.find(/ ui-pane/));
    const panes = async () =>
      (await world.uiTmux('list-panes', '-F', '#{@swarm_pane} #{@swarm_agent} #{pane_width}')).stdout;
    const before = await panes();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(only(world.find(/ ui-pane/))).not.toBe(pid), { timeout: 20_000, interval: 100 });
    await ui.see(/▲ 1 needs you .*● 1/);
    await ui.see(/● works +working/);
    expect(await panes()).toBe(before);
    await ui.see('Run this command?');
    // and it takes keys
    await ui.press('?');
    await ui.see('── Keys ');
  });

  it('the hub is said to be lost, comes back by itself, and the rows are right', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await ui.see(/▲ approve .* asks /);
    const pid = only(world.find(/hub run/));
    process.kill(pid, 'SIGKILL');
    await ui.see(/hub lost \d\d:\d\d:\d\d/);
    await ui.seeGone(/hub lost/);
    await ui.see(/▲ approve .* asks /);
    await ui.see(/● working .* works /);
    expect(only(world.find(/hub run/))).not.toBe(pid);
    await world.cli('spawn', 'demo', '/say hello', '--name', 'later');
    await ui.see(/(done|idle) .* later /);
  });

  it('the hub goes on without its tmux client, and the UI with it', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await openSplit(ui);
    const clients = (await world.agentsTmux('list-clients', '-F', '#{client_control_mode} #{client_pid}')).stdout;
    process.kill(Number(/^1 (\d+)$/m.exec(clients)?.[1]), 'SIGKILL');
    await world.cli('spawn', 'demo', '/say hello', '--name', 'later');
    await ui.see(/(done|idle) .*|later .*(done|idle)/);
    await world.cli('send', 'later', '/ask question which one');
    await ui.see(/▲ later +answer/);
    await ui.see('which one');
  });

  it('agents and hub outlive the tmux server of the UI', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await openSplit(ui);
    const hub = only(world.find(/hub run/));
    const server = Number((await world.uiTmux('display-message', '-p', '#{pid}')).stdout);
    process.kill(server, 'SIGKILL');
    await ui.exitStatus();
    expect(only(world.find(/hub run/))).toBe(hub);
    expect(await names(world)).toEqual(['asks', 'works']);
    await vi.waitFor(() => expect(world.find(/ ui-pane/)).toEqual([]), { timeout: 20_000 });
    await using again = await Terminal.open(world, { columns: 80, rows: 24 });
    await again.see(/▲ approve .* asks /);
    await again.see(/● working .* works /);
  });
});

describe('the terminal', () => {
  it('is as it was after leaving, and after a crash that says what happened', async () => {
    await using world = await World.create();
    await withAgents(world);
    const hook = await world.writeFile(
      'crash.mjs',
      "if (process.argv.includes('ui-pane')) process.on('SIGUSR2', () => { throw new Error('made to fail') })",
    );
    await using ui = await Terminal.open(world, {
      columns: 100,
      rows: 30,
      command: ['bash', '--norc', '-i'],
      env: { PS1: 'shell> ', NODE_OPTIONS: `--import=${hook}` },
    });
    await ui.see('shell>');
    await ui.type(`${process.execPath} ${launcher}`);
    await ui.press('Enter');
    await ui.see(/▲ approve .* asks /);
    expect(await ui.modes()).toMatchObject({ alternate: true, mouse: true });
    process.kill(only(world.find(/ ui-pane/)), 'SIGUSR2');
    await ui.see('The list failed: made to fail');
    await ui.see(/written down in .*ui\.log/);
    await ui.press('Enter');
    await ui.see(/▲ approve .* asks /);
    process.kill(only(world.find(/ ui-pane/)), 'SIGUSR2');
    await ui.see('The list failed: made to fail');
    await ui.press('q');
    await ui.see(/\[exited\]\s+shell>/);
    expect(await ui.modes()).toEqual({ alternate: false, mouse: false, cursor: true, wrap: true });
    await ui.type('stty -a');
    await ui.press('Enter');
    await ui.see(/ icanon .* echo /s);
    expect(await names(world)).toEqual(['asks', 'works']);
  });

  it('has the shell with C-z, and the UI again with fg', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using ui = await Terminal.open(world, {
      columns: 100,
      rows: 30,
      command: ['bash', '--norc', '-i'],
      env: { PS1: 'shell> ' },
    });
    await ui.see('shell>');
    await ui.type(`${process.execPath} ${launcher}`);
    await ui.press('Enter');
    await ui.see(/▲ approve .* asks /);
    await ui.see('leader ^]');
    await vi.waitFor(
      async () => {
        await ui.press('C-z');
        await ui.see('Stopped', 3000);
      },
      { timeout: 20_000 },
    );
    await ui.type('echo in the $((1 + 1))nd shell');
    await ui.press('Enter');
    await ui.see('in the 2nd shell');
    await ui.type('fg');
    await ui.press('Enter');
    await ui.see(/▲ approve .* asks /);
    await ui.press('?');
    await ui.see('── Keys ');
  });

  it('may be resized wildly while output flows: what is left is what a fresh drawing shows', async () => {
    await using world = await World.create();
    await withAgents(world);
    await world.cli('spawn', 'demo', '/stream 4s', '--name', 'streams');
    await using ui = await Terminal.open(world, { columns: 80, rows: 24 });
    await openSplit(ui);
    const sizes = [
      [140, 50],
      [80, 24],
      [200, 50],
      [60, 20],
      [33, 9],
      [120, 40],
      [81, 25],
      [140, 50],
    ] as const;
    for (const [columns, rows] of sizes) await ui.resize(columns, rows);
    await ui.see(/┬.* 1 asks /);
    await world.cli('wait', 'streams', '--for', 'idle', '--timeout', '60s');
    await expectWhole(ui);
    await ui.press('C-]', '1');
    await ui.see('^Q back to the list');
    await ui.press('C-]', 'X');
    await ui.see(/│ asks +demo · local/);
    for (const [columns, rows] of [...sizes].reverse()) await ui.resize(columns, rows);
    await ui.resize(150, 40);
    await ui.see(/▲ approve .* asks /);
    await expectWhole(ui);
  });

  it('may be two of different sizes, which show the same and do not disturb each other', async () => {
    await using world = await World.create();
    await withAgents(world);
    await using small = await Terminal.open(world, { columns: 80, rows: 24 });
    await small.see(/▲ approve .* asks /);
    await using large = await Terminal.open(world, { columns: 200, rows: 50 });
    await large.see(/▲ approve .* asks /);
    await large.see(/│ Details$/m);
    await openSplit(large);
    await small.press('?');
    await small.see('── Keys ');
    expect(await large.text()).not.toContain('── Keys ');
    await small.press('Escape');
    await small.seeGone(/── Keys /);
    expect(await small.text()).not.toContain('┬');
    await world.cli('send', 'works', '/ask question');
    await world.cli('rename', 'works', 'renamed');
    await large.see(/ renamed /);
    await small.see(/ renamed /);
    expect((await small.screen()).every((line) => line.length <= 80)).toBe(true);
    await small.press('q');
    expect(await small.exitStatus()).toBe(0);
    await large.press('C-l');
    await large.see(/┬.* 1 asks /);
    await large.see(/ renamed /);
  });
});
