import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { AgentHandle } from '../src/agent/agent-handle.ts';
import type { RuntimeEvent } from '../src/runtime/agent-runtime.ts';
import { hostileTexts } from '../src/testing/hostile-texts.ts';
import { useLocalWorld } from './local-world.ts';

const sessionIdOf = ({ data }: AgentHandle): string => (typeof data['sessionId'] === 'string' ? data['sessionId'] : '');

const waiting = { timeout: 40_000, interval: 50 };

it('runs 200 agents: spawns, hears, lists and kills them all', async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  const heard = new Set<string>();
  const gone = new Set<string>();
  runtime.watch((event) => {
    if (event.type === 'output' && Buffer.from(event.data).includes('ready')) heard.add(event.agentId);
    if (event.type === 'gone') gone.add(event.agentId);
  });
  const ids = Array.from({ length: 200 }, (_, index) => `agent-${index}`);
  const command = ['sh', '-c', 'echo ready; exec sleep 1000'];
  const handles = await Promise.all(ids.map((agentId) => runtime.spawnAgent(config({ agentId, command }))));
  await vi.waitFor(() => expect(heard.size).toBe(200), waiting);
  const infos = await runtime.listAgents();
  expect(infos.map(({ handle }) => handle.agentId).toSorted()).toEqual(ids.toSorted());
  expect(infos.filter(({ status }) => status === 'running')).toHaveLength(200);
  await Promise.all(handles.map((handle) => runtime.killAgent(handle, { graceMs: 20_000 })));
  expect(gone.size).toBe(200);
  expect(await runtime.listAgents()).toEqual([]);
  expect(tmux('list-windows', '-a', '-F', '#{window_name}')).toBe('swarm\n');
});

it('survives hostile names, tasks, directories, commands and session names, and lets none of them act', async () => {
  const { runtime, config, home, tmux } = await useLocalWorld();
  const trap = join(home, 'trapped');
  const texts = [
    ...hostileTexts.map(([, text]) => text),
    `$(touch ${trap})`,
    `#(touch ${trap})`,
    `'; touch ${trap}; '`,
    `"; run-shell "touch ${trap}"`,
  ];
  const fitting = texts.filter((text) => text.length <= 200);
  const spawns = fitting.map(async (text, index) => {
    const workingDirectory = join(home, `d${index}`, text.replaceAll('/', '∕').slice(0, 60));
    await mkdir(workingDirectory, { recursive: true });
    const command = ['sh', '-c', 'pwd; printf "%s" "$1"; sleep 1000', 'sh', text];
    const handle = await runtime.spawnAgent(
      config({
        agentId: `h-${index}`,
        name: text,
        task: text,
        sessionName: `${index}${text}`,
        workingDirectory,
        command,
        env: { PATH: process.env['PATH'] ?? '', HOSTILE: text },
      }),
    );
    return { handle, workingDirectory, text };
  });
  const spawned = await Promise.all(spawns);
  const infos = new Map((await runtime.listAgents()).map((info) => [info.handle.agentId, info]));
  for (const { handle, workingDirectory, text } of spawned) {
    expect(infos.get(handle.agentId)).toMatchObject({
      status: 'running',
      config: { name: text, task: text },
      directory: workingDirectory,
    });
    expect(tmux('show-options', '-v', '-t', `${sessionIdOf(handle)}:`, '@swarm_name')).toBe(`${text}\n`);
    const environment = await runtime.getTmux(handle).showEnvironment({ session: sessionIdOf(handle) });
    expect(environment.get('HOSTILE')).toBe(text);
  }
  expect(new Set(spawned.map(({ handle }) => handle.data['sessionName'])).size).toBe(spawned.length);
  expect(existsSync(trap)).toBe(false);
  expect(await readdir(home)).not.toContain('trapped');
});

it('keeps a task of a megabyte to its head', async () => {
  const { runtime, config } = await useLocalWorld();
  await runtime.spawnAgent(config({ task: `begin ${'é'.repeat(999_000)}` }));
  const [info] = await runtime.listAgents();
  expect(info?.config.task.slice(0, 6)).toBe('begin ');
  expect(info?.config.task.length).toBeLessThanOrEqual(1000);
});

it('hides its own session, and lists what lost its session as an orphan that can be adopted', async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  const handle = await runtime.spawnAgent(config({ name: 'Fix login' }));
  expect((await runtime.getTmux(handle).listSessions()).map(({ name }) => name)).toEqual(['Fix-login']);
  tmux('kill-session', '-t', '=Fix-login');
  const [orphan] = await runtime.listAgents();
  expect(orphan).toMatchObject({
    status: 'running',
    handle: { agentId: 'probe', data: { orphan: true } },
    config: { name: 'Fix login' },
  });
  const adopted = await runtime.adoptAgent(handle);
  expect(adopted.data).toMatchObject({ sessionName: 'Fix-login', paneId: handle.data['paneId'] });
  expect(adopted.data).not.toHaveProperty('orphan');
  expect(tmux('list-windows', '-t', '=Fix-login', '-F', '#{pane_id}').trim()).toBe(handle.data['paneId']);
  await runtime.killAgent(adopted, { graceMs: 5000 });
  expect(await runtime.listAgents()).toEqual([]);
});

it('kills an orphan', async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  const handle = await runtime.spawnAgent(config());
  tmux('kill-session', '-t', '=probe');
  await runtime.killAgent(handle, { graceMs: 5000 });
  expect(tmux('list-windows', '-a', '-F', '#{window_name}')).toBe('swarm\n');
});

it('finds everything again from tmux alone, and hears what another runtime does', async () => {
  const { runtime, config, createRuntime } = await useLocalWorld();
  const events: string[] = [];
  const second = createRuntime();
  second.watch((event: RuntimeEvent) => {
    if (event.type === 'added') events.push(`added ${event.info.config.name}`);
    if (event.type === 'gone') events.push(`gone ${event.agentId}`);
  });
  await second.ping();
  const handle = await runtime.spawnAgent(config({ name: 'it is #1; "ok"', aiModel: 'big' }));
  await vi.waitFor(() => expect(events).toEqual(['added it is #1; "ok"']), waiting);
  expect(await second.listAgents()).toEqual(await runtime.listAgents());
  await second.killAgent(handle, { graceMs: 5000 });
  await vi.waitFor(async () => expect(await runtime.listAgents()).toEqual([]), waiting);
  expect(events).toEqual(['added it is #1; "ok"', 'gone probe']);
});

it('reports the end of the tmux server, starts none by looking, and works on a new one when asked', async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  await runtime.spawnAgent(config());
  const events: string[] = [];
  runtime.watch(({ type }) => {
    if (['down', 'up', 'gone'].includes(type)) events.push(type);
  });
  const pid = Number(tmux('display-message', '-p', '#{pid}'));
  tmux('kill-server');
  await vi.waitFor(() => expect(events).toEqual(['down']), waiting);
  // an ending server removes its socket by name, be it by then a new server's
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), waiting);
  expect(await runtime.listAgents()).toEqual([]);
  await runtime.ping();
  await expect(
    runtime.stopAgent?.({ agentId: 'probe', runtimeId: 'local', runtimeType: 'local', data: {} }),
  ).rejects.toMatchObject({
    code: 'agent-not-found',
  });
  expect(() => tmux('list-sessions')).toThrow(/no server|connecting/);
  expect(events).toEqual(['down', 'gone']);
  await runtime.spawnAgent(config({ agentId: 'next' }));
  await vi.waitFor(() => expect(events).toEqual(['down', 'gone', 'up']), waiting);
  expect(await runtime.listAgents()).toMatchObject([{ handle: { agentId: 'next' }, status: 'running' }]);
});

it('hears of agents on a server that somebody else starts later', async () => {
  const { config, createRuntime, runtime } = await useLocalWorld();
  const added: string[] = [];
  runtime.watch((event) => {
    if (event.type === 'added') added.push(event.info.handle.agentId);
  });
  expect(await runtime.listAgents()).toEqual([]);
  await createRuntime().spawnAgent(config());
  await vi.waitFor(() => expect(added).toEqual(['probe']), waiting);
});

it('hears agents again when somebody kills the hidden session, which nobody is told of', async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  const handle = await runtime.spawnAgent(config({ command: ['cat'] }));
  const heard: string[] = [];
  const events: string[] = [];
  runtime.watch((event) => {
    if (event.type === 'output') heard.push(Buffer.from(event.data).toString());
    else events.push(event.type);
  });
  tmux('kill-session', '-t', '=_swarm');
  const linked = (): string => tmux('list-windows', '-t', '=_swarm', '-F', '#{@swarm_id} #{window_name}');
  await vi.waitFor(() => expect(linked().trim().split('\n')).toHaveLength(2), waiting);
  await runtime.getTmux(handle).sendKeys('probe', 0, 0, 'ping');
  await vi.waitFor(() => expect(heard.join('')).toContain('ping'), waiting);
  expect(events).not.toContain('down');
  expect(await runtime.listAgents()).toMatchObject([{ handle: { agentId: 'probe' }, status: 'running' }]);
});

it('gives two agents of one name two sessions, but never the session name that was asked for twice', async () => {
  const { runtime, config } = await useLocalWorld();
  const one = await runtime.spawnAgent(config({ agentId: 'one', name: 'fix' }));
  const two = await runtime.spawnAgent(config({ agentId: 'two', name: 'fix' }));
  expect([one.data['sessionName'], two.data['sessionName']]).toEqual(['fix', 'fix-2']);
  await expect(runtime.spawnAgent(config({ agentId: 'three', sessionName: 'fix' }))).rejects.toMatchObject({
    code: 'agent-exists',
  });
});

it('says clearly what is wrong with a directory', async () => {
  const { runtime, config, home } = await useLocalWorld();
  const missing = join(home, 'missing');
  await expect(runtime.spawnAgent(config({ workingDirectory: missing }))).rejects.toMatchObject({
    code: 'directory-not-found',
    message: expect.stringContaining(missing),
  });
  await expect(runtime.spawnAgent(config({ workingDirectory: '/bin/sh' }))).rejects.toMatchObject({
    code: 'directory-not-found',
  });
});

it('says so when tmux is missing', async () => {
  const { createRuntime } = await useLocalWorld();
  await expect(createRuntime({ tmux: '/nowhere/tmux' }).ping()).rejects.toMatchObject({ code: 'tmux-missing' });
});
