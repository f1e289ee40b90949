import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { RuntimeEvent } from '../src/runtime/agent-runtime.ts';
import { type LocalWorld, useLocalWorld } from './local-world.ts';

const waiting = { timeout: 40_000, interval: 20 };

/** A terminal of 100x30 on a tmux server of its own, in which a person runs a command. */
function openTerminal(
  { env, socketName, home }: LocalWorld,
  attach: string,
): { readonly keys: (...keys: readonly string[]) => void; readonly screen: () => string; readonly close: () => void } {
  const outer = join(home, randomUUID());
  const options = { env: { ...env, TERM: 'xterm-256color' }, encoding: 'utf8' } as const;
  const run = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-S', outer, '-f', '/dev/null', ...args], options);
  run(
    'new-session',
    '-d',
    '-x',
    '100',
    '-y',
    '30',
    `unset TMUX TMUX_PANE; ${attach.replace(/^tmux/, `tmux -u`)}; echo LEFT; sleep 1000`,
  );
  expect(attach).toContain(socketName);
  return {
    keys: (...keys) => run('send-keys', ...keys),
    screen: () => run('capture-pane', '-p'),
    close: () => run('kill-server'),
  };
}

const size = ({ tmux }: LocalWorld): string =>
  tmux('list-panes', '-t', '=probe:', '-F', '#{pane_width}x#{pane_height}').trim();

it('is 160x50 without a viewer, fits the viewer while there is one, and goes back', async () => {
  const world = await useLocalWorld();
  const { runtime, config } = world;
  const counts: number[] = [];
  runtime.watch((event: RuntimeEvent) => {
    if (event.type === 'viewers') counts.push(event.count);
  });
  const handle = await runtime.spawnAgent(config());
  expect(size(world)).toBe('160x50');
  const terminal = openTerminal(world, runtime.getAttachCommand(handle));
  await vi.waitFor(() => expect([size(world), counts]).toEqual(['100x30', [1]]), waiting);
  terminal.keys('C-q');
  await vi.waitFor(() => expect([size(world), counts]).toEqual(['160x50', [1, 0]]), waiting);
  expect(terminal.screen()).toContain('LEFT');
  terminal.close();
  const again = openTerminal(world, runtime.getAttachCommand(handle));
  await vi.waitFor(() => expect(size(world)).toBe('100x30'), waiting);
  again.close();
  await vi.waitFor(() => expect(size(world)).toBe('160x50'), waiting);
});

it('lets a viewer scroll back with the wheel', async () => {
  const world = await useLocalWorld();
  const handle = await world.runtime.spawnAgent(world.config({ command: ['sh', '-c', 'seq 1 500; sleep 1000'] }));
  const terminal = openTerminal(world, world.runtime.getAttachCommand(handle));
  await vi.waitFor(() => expect(terminal.screen()).toContain('500'), waiting);
  await vi.waitFor(() => {
    terminal.keys('-l', '\u001b[<64;10;10M');
    expect(terminal.screen()).not.toContain('500');
  }, waiting);
  expect(world.tmux('display-message', '-p', '-t', '=probe:', '#{pane_in_mode}')).toBe('1\n');
  terminal.keys('q');
  await vi.waitFor(
    () => expect(world.tmux('display-message', '-p', '-t', '=probe:', '#{pane_in_mode}')).toBe('0\n'),
    waiting,
  );
  terminal.close();
});

it('shows an agent to who attaches by hand without naming one', async () => {
  const world = await useLocalWorld();
  await world.runtime.spawnAgent(world.config({ command: ['sh', '-c', 'echo here I am; sleep 1000'] }));
  const terminal = openTerminal(world, `tmux -L ${world.socketName} attach`);
  await vi.waitFor(() => expect(terminal.screen()).toContain('here I am'), waiting);
  terminal.close();
});

it('reports output, title and program in the foreground as they come', async () => {
  const { runtime, config } = await useLocalWorld();
  const events: RuntimeEvent[] = [];
  runtime.watch((event) => events.push(event.type === 'output' ? { ...event, data: event.data.slice() } : event));
  await runtime.spawnAgent(
    config({ command: ['sh', '-c', String.raw`printf 'hello\033]2;my title\007'; exec sleep 1000`] }),
  );
  await vi.waitFor(() => {
    const output = events
      .flatMap((event) => (event.type === 'output' ? [Buffer.from(event.data).toString()] : []))
      .join('');
    expect(output).toContain('hello\u001b]2;my title\u0007');
    expect(events).toContainEqual({ type: 'title', agentId: 'probe', title: 'my title' });
    expect(events).toContainEqual({ type: 'foreground', agentId: 'probe', command: 'sleep' });
  }, waiting);
});

it('tells the program in the foreground of a shell, also of one that prints nothing itself', async () => {
  const { runtime, config } = await useLocalWorld();
  const programs: string[] = [];
  runtime.watch((event) => {
    if (event.type === 'foreground') programs.push(event.command);
  });
  const handle = await runtime.spawnAgent(config({ command: ['sh', '-i'] }));
  const tmux = runtime.getTmux(handle);
  await vi.waitFor(() => expect(programs).toEqual(['sh']), waiting);
  await tmux.sendKeys('probe', 0, 0, 'sleep 1000');
  await vi.waitFor(() => expect(programs).toEqual(['sh', 'sleep']), waiting);
  await tmux.interrupt('probe');
  await vi.waitFor(() => expect(programs).toEqual(['sh', 'sleep', 'sh']), waiting);
});

it('has no subscription on the server: tmux dies of those of a client that is killed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'swarm-heard-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const [heard, wrapper] = [join(home, 'heard'), join(home, 'tmux')];
  const listen = `case "$*" in *-C*) tee -a ${heard} | tmux "$@";; *) exec tmux "$@";; esac`;
  await writeFile(wrapper, `#!/bin/sh\n${listen}\n`, { mode: 0o755 });
  const { runtime, config } = await useLocalWorld({ tmux: wrapper });
  const events: RuntimeEvent['type'][] = [];
  runtime.watch(({ type }) => events.push(type));
  const handle = await runtime.spawnAgent(config({ command: ['sh', '-c', 'echo here; exec sleep 1000'] }));
  await vi.waitFor(() => expect(events).toContain('foreground'), waiting);
  await runtime.stopAgent(handle);
  await vi.waitFor(() => expect(events).toContain('exited'), waiting);
  const commands = await readFile(heard, 'utf8');
  expect(commands).toContain('pane_current_command');
  expect(commands).not.toMatch(/refresh-client.*-B/);
});
