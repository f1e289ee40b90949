import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { RuntimeEvent } from '../src/runtime/agent-runtime.ts';
import { type LocalWorld, useLocalWorld } from './local-world.ts';

// what a program writes in the moment of its end may be lost: tmux can learn of the end before it can read the text
const linger = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done';
const waiting = { timeout: 40_000, interval: 20 };

/** A tree of five that leaves no way untried to survive; each writes its pid and says when it is set. */
async function writeStubbornTree(directory: string): Promise<string> {
  const path = join(directory, 'tree.sh');
  const stubborn = (name: string): string =>
    `sh -c 'trap "" TERM HUP INT; echo $$ > ${directory}/${name}.pid; while :; do sleep 1000; done'`;
  const lines = [
    '#!/bin/sh',
    'trap "" TERM HUP INT',
    `echo $$ > ${directory}/root.pid`,
    `${stubborn('child')} &`,
    `setsid ${stubborn('session')} &`,
    // both parents end at once: nothing but the environment tells whose child these are
    `(setsid ${stubborn('orphan')} &)`,
    `setsid -f ${stubborn('forked')}`,
    'while :; do sleep 1000; done',
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o755 });
  return path;
}

const members = ['root', 'child', 'session', 'orphan', 'forked'];

async function startTree({ runtime, config, home }: LocalWorld): Promise<{
  readonly pids: readonly number[];
  readonly handle: Awaited<ReturnType<typeof runtime.spawnAgent>>;
}> {
  const handle = await runtime.spawnAgent(config({ command: [await writeStubbornTree(home)] }));
  const pids = await vi.waitFor(() => {
    const read = members.map((name) => Number(readFileSync(join(home, `${name}.pid`), 'utf8').trim()));
    expect(read.every((pid) => pid > 1)).toBe(true);
    return read;
  }, waiting);
  return { pids, handle };
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

it('kills a whole tree, also what ignores SIGTERM, left its session or lost its parents', async () => {
  const world = await useLocalWorld();
  const { pids, handle } = await startTree(world);
  expect(pids.filter(isAlive)).toHaveLength(members.length);
  await world.runtime.killAgent(handle, { graceMs: 100 });
  expect(pids.filter(isAlive)).toEqual([]);
  expect(world.tmux('list-windows', '-a', '-F', '#{window_name}')).toBe('swarm\n');
});

it('ends the tree of one agent only', async () => {
  const world = await useLocalWorld();
  await world.runtime.spawnAgent(world.config({ agentId: 'other' }));
  const { handle } = await startTree(world);
  await world.runtime.killAgent(handle, { graceMs: 50 });
  expect(await world.runtime.listAgents()).toMatchObject([{ handle: { agentId: 'other' }, status: 'running' }]);
});

it('lets a program end in its own way within the grace time, and keeps its status and screen', async () => {
  const { runtime, config, home } = await useLocalWorld();
  const ready = join(home, 'ready');
  const script = `trap 'echo saved my work; ${linger}; exit 7' TERM; echo at work; : > ${ready}; while :; do sleep 0.05; done`;
  const handle = await runtime.spawnAgent(config({ sessionName: 'agent', command: ['sh', '-c', script] }));
  await vi.waitFor(() => expect(existsSync(ready)).toBe(true), waiting);
  expect(await runtime.stopAgent(handle, { graceMs: 20_000 })).toMatchObject({ code: 7, signal: null });
  const screen = await runtime.getTmux(handle).capturePaneContent('agent', '0', '0', 100);
  expect(screen).toMatch(/^at work\n(?:.*\n)?saved my work$/);
  expect(await runtime.listAgents()).toMatchObject([{ status: 'stopped', exit: { code: 7, signal: null } }]);
});

it('kills what does not end within the grace time, and says by which signal', async () => {
  const { runtime, config, home } = await useLocalWorld();
  const ready = join(home, 'ready');
  const handle = await runtime.spawnAgent(
    config({ command: ['sh', '-c', `trap '' TERM; : > ${ready}; while :; do sleep 1000; done`] }),
  );
  await vi.waitFor(() => expect(existsSync(ready)).toBe(true), waiting);
  expect(await runtime.stopAgent(handle, { graceMs: 50 })).toMatchObject({ code: null, signal: 'SIGKILL' });
});

it('reports the death of a program by an event, without being asked', async () => {
  const { runtime, config } = await useLocalWorld();
  const events: RuntimeEvent[] = [];
  runtime.watch((event) => events.push(event));
  await runtime.spawnAgent(config({ command: ['sh', '-c', 'exit 5'] }));
  await runtime.spawnAgent(config({ agentId: 'shot', command: ['sh', '-c', 'kill -9 $$'] }));
  await vi.waitFor(() => {
    const exits = events.filter((event) => event.type === 'exited');
    expect(exits.toSorted((one, other) => one.agentId.localeCompare(other.agentId))).toMatchObject([
      { agentId: 'probe', exit: { code: 5, signal: null } },
      { agentId: 'shot', exit: { code: null, signal: 'SIGKILL' } },
    ]);
  }, waiting);
});

it('waits for the status of a program that had long been silent and let go of its terminal before it ended', async () => {
  const { runtime, config, home, tmux } = await useLocalWorld();
  const events: RuntimeEvent[] = [];
  runtime.watch((event) => events.push(event));
  const go = join(home, 'go');
  // tmux sees the terminal's end while the program still runs: a dead pane whose status is not known
  const script = `trap '' HUP; sleep 5; exec </dev/null >/dev/null 2>&1; until [ -e ${go} ]; do sleep 0.05; done; exit 5`;
  await runtime.spawnAgent(config({ command: ['sh', '-c', script] }));
  await vi.waitFor(() => expect(tmux('list-panes', '-s', '-t', '=probe', '-F', '#{pane_dead}')).toBe('1\n'), waiting);
  expect(await runtime.listAgents()).toMatchObject([{ status: 'running', exit: null }]);
  await writeFile(go, '');
  await vi.waitFor(
    () => expect(events.find(({ type }) => type === 'exited')).toMatchObject({ exit: { code: 5, signal: null } }),
    waiting,
  );
});

it('restarts in the same session, with scrollback, environment and directory', async () => {
  const { runtime, config, env, home } = await useLocalWorld();
  const directory = await mkdtemp(join(tmpdir(), 'swarm-dir-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const base = { workingDirectory: directory, sessionName: 'agent', env: { ...env, KEPT: 'yes', SHELL: '/bin/mine' } };
  const handle = await runtime.spawnAgent(config({ ...base, command: ['sh', '-c', `echo first life; ${linger}`] }));
  const service = runtime.getTmux(handle);
  const screen = (): Promise<string> => service.capturePaneContent('agent', '0', '0', 200);
  await vi.waitFor(async () => expect(await screen()).toContain('first life'), waiting);
  const show = 'pwd; echo kept=$KEPT new=$NEW shell=$SHELL tmux=$TMUX; sleep 1000';
  await runtime.restartAgent(handle, { command: ['sh', '-c', show] });
  await vi.waitFor(async () => expect(await screen()).toContain('kept=yes new= shell=/bin/mine tmux='), waiting);
  expect(await screen()).toContain(directory);
  await runtime.restartAgent(handle, {
    command: ['sh', '-c', show],
    env: { PATH: env['PATH'] ?? '', HOME: home, NEW: 'here' },
  });
  await vi.waitFor(async () => expect(await screen()).toContain('kept= new=here shell= tmux='), waiting);
  await runtime.restartAgent(handle, { command: ['sh', '-c', 'echo third; sleep 1000'] });
  expect(await runtime.listAgents()).toMatchObject([{ status: 'running', handle }]);
});

it('restarts many agents whose last output was never read, and loses neither server nor output', async () => {
  const { runtime, config } = await useLocalWorld();
  const ids = Array.from({ length: 20 }, (_, index) => `probe-${index}`);
  const noisy = ['sh', '-c', 'head -c 3000 /dev/zero | tr "\\0" x'];
  const handles = await Promise.all(ids.map((agentId) => runtime.spawnAgent(config({ agentId, command: noisy }))));
  const allEnded = async (): Promise<void> =>
    expect((await runtime.listAgents()).filter(({ exit }) => exit)).toHaveLength(20);
  await vi.waitFor(allEnded, waiting);
  await Promise.all(
    handles.map((handle) => runtime.restartAgent(handle, { command: ['sh', '-c', 'echo ALPHA; sleep 1000'] })),
  );
  const service = runtime.getTmux(handles[0] ?? { runtimeType: 'local', agentId: 'none', data: {} });
  await vi.waitFor(async () => {
    const screens = await Promise.all(ids.map((id) => service.capturePaneContent(id, '0', '0', 100)));
    expect(screens.filter((screen) => screen.endsWith('ALPHA'))).toHaveLength(20);
  }, waiting);
  expect((await runtime.listAgents()).filter(({ status }) => status === 'running')).toHaveLength(20);
});

it('ends the process that runs before it restarts', async () => {
  const world = await useLocalWorld();
  const { pids, handle } = await startTree(world);
  const restarted = world.runtime.restartAgent(handle, { command: ['sleep', '1000'] });
  await restarted;
  expect(pids.filter(isAlive)).toEqual([]);
});
