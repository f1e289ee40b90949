import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

interface Agent {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

const list = async (world: World): Promise<readonly Agent[]> =>
  (await world.json<{ agents: readonly Agent[] }>('ls')).agents;
const hubPid = async (world: World): Promise<number> =>
  (await world.json<{ hub: { pid: number } }>('hub', 'status')).hub.pid;

async function spawnSleepers(world: World, ...names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => world.cli('spawn', 'shell', '', '--name', name, '--', 'sleep', '1000')));
}

describe('the hub', () => {
  it('is one, however many first commands start at the same moment', async () => {
    await using world = await World.create();
    const results = await Promise.all(Array.from({ length: 8 }, () => world.cli('ls', '--json')));
    expect(results.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
    await vi.waitFor(() => expect(world.find(/hub run/)).toHaveLength(1), { timeout: 20_000 });
  });

  it('loses nothing when it is killed -9, and finds every agent again', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a', 'b', 'c');
    await world.cli('rename', 'b', 'renamed');
    process.kill(await hubPid(world), 'SIGKILL');
    expect((await list(world)).map(({ name, state }) => `${name} ${state !== 'lost'}`).toSorted()).toEqual([
      'a true',
      'c true',
      'renamed true',
    ]);
    const { stdout } = await world.cli('events', '--no-follow');
    expect(stdout).toContain('"type":"agent.renamed"');
  });

  it('keeps every acknowledged spawn when it is killed in the middle of many', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'first');
    const pid = await hubPid(world);
    const spawns = Array.from({ length: 12 }, async (_, index) => {
      const name = `n${index}`;
      const { code } = await world.cli('spawn', 'shell', '', '--name', name, '--', 'sleep', '1000');
      return code === 0 ? name : null;
    });
    await spawns[0];
    process.kill(pid, 'SIGKILL');
    const acknowledged = (await Promise.all(spawns)).filter((name) => name !== null);
    const names = (await list(world)).map(({ name }) => name);
    for (const name of acknowledged) expect(names).toContain(name);
    // and nothing runs that nobody knows of
    const sessions = (await world.agentsTmux('list-sessions', '-F', '#{session_name}')).stdout
      .trim()
      .split('\n')
      .filter((name) => !name.startsWith('_swarm'));
    expect(sessions.length).toBeLessThanOrEqual(names.length);
  });

  it('shows what vanished behind its back as lost, and adopts what it does not know', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'stays', 'vanishes');
    await world.cli('hub', 'stop');
    const panes = (await world.agentsTmux('list-windows', '-a', '-F', '#{session_name} #{window_id}')).stdout
      .trim()
      .split('\n');
    const window = panes.map((line) => line.split(' ')).find(([session]) => session?.startsWith('vanishes'))?.[1] ?? '';
    await world.agentsTmux('kill-window', '-t', window);
    expect((await list(world)).map(({ name, state }) => `${name} ${state === 'lost'}`).sort()).toEqual([
      'stays false',
      'vanishes true',
    ]);
    await world.cli('hub', 'stop');
    rmSync(join(world.directory, 'state'), { recursive: true });
    expect((await list(world)).map(({ name }) => name)).toEqual(['stays']);
  });

  it('answers again after its runtime directory or its socket was swept away', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a');
    const pid = await hubPid(world);
    renameSync(join(world.directory, 'run', 'swarm-tui'), join(world.directory, 'swept'));
    await vi.waitFor(async () => expect(await hubPid(world)).toBe(pid), { timeout: 30_000, interval: 500 });
    expect((await list(world)).map(({ name }) => name)).toEqual(['a']);
  });

  it('outlives the agents’ tmux server, and says what became of them', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a');
    await world.agentsTmux('kill-server');
    await vi.waitFor(async () => expect((await list(world))[0]?.state).toMatch(/lost|unreachable|stopped/), {
      timeout: 30_000,
      interval: 300,
    });
    await spawnSleepers(world, 'b');
    await vi.waitFor(
      async () =>
        expect((await list(world)).map(({ name, state }) => `${name} ${state === 'lost'}`).sort()).toEqual([
          'a true',
          'b false',
        ]),
      { timeout: 30_000, interval: 300 },
    );
  });

  it('hears of the client of its tmux server being killed -9, and goes on', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a');
    const clients = (await world.agentsTmux('list-clients', '-F', '#{client_control_mode} #{client_pid}')).stdout;
    const client = Number(/^1 (\d+)$/m.exec(clients)?.[1]);
    process.kill(client, 'SIGKILL');
    const spawned = await world.cli('spawn', 'demo', '/say hello again', '--name', 'after');
    expect(spawned).toMatchObject({ code: 0 });
    expect(await world.cli('wait', 'after', '--for', 'hello again', '--timeout', '60s')).toMatchObject({ code: 0 });
    expect(await list(world)).toHaveLength(2);
  });

  it('stays stopped under an open UI until the person wants it', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a');
    await using ui = await Terminal.open(world, { columns: 120, rows: 30 });
    await ui.see(/ a .*/);
    expect(await world.cli('hub', 'stop')).toMatchObject({ code: 0 });
    await ui.see(/hub stopped/);
    await ui.see(/\^L start the hub/);
    // far longer than it takes to start a hub again
    await expect(vi.waitFor(async () => hubPid(world), { timeout: 4000, interval: 500 })).rejects.toThrow(
      'No server answers',
    );
    await ui.press('C-l');
    await vi.waitFor(async () => expect(await hubPid(world)).toBeGreaterThan(0), { timeout: 30_000, interval: 300 });
    await ui.seeGone(/hub (stopped|lost)/);
  });

  it('is replaced without touching agents when it is stopped politely', async () => {
    await using world = await World.create();
    await spawnSleepers(world, 'a');
    const before = await hubPid(world);
    expect(await world.cli('hub', 'stop')).toMatchObject({ code: 0 });
    expect(await world.cli('hub', 'status')).toMatchObject({ code: 4 });
    expect((await list(world)).map(({ name }) => name)).toEqual(['a']);
    expect(await hubPid(world)).not.toBe(before);
  });
});
