import { readdirSync, readFileSync } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { useLocalWorld } from './local-world.ts';

const waiting = { timeout: 20_000, interval: 20 };

function parseEnvironment(text: string): Readonly<Record<string, string>> {
  const entries = text
    .split('\0')
    .flatMap((line) =>
      line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [],
    );
  return Object.fromEntries(entries);
}

/** The environment of an agent's program once it has become that program. */
async function readAgentEnvironment(pid: number | null): Promise<Readonly<Record<string, string>>> {
  return vi.waitFor(() => {
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
    return parseEnvironment(readFileSync(`/proc/${pid}/environ`, 'utf8'));
  }, waiting);
}

it('gives an agent the environment of who asked, whole and exact, and no TMUX', async () => {
  const { runtime, config, env } = await useLocalWorld();
  const asked = {
    ...env,
    SHELL: '/bin/zsh-of-mine',
    SECRET: `line one\nit's "two" $HOME \\ ;`,
    EMPTY: '',
    TMUX: 'x',
    TMUX_PANE: 'y',
  };
  await runtime.spawnAgent(config({ env: asked }));
  const [info] = await runtime.listAgents();
  const seen = await readAgentEnvironment(info?.pid ?? null);
  const { TMUX: _server, TMUX_PANE: _pane, ...expected } = asked;
  expect(seen).toMatchObject({ ...expected, SWARM_AGENT_ID: 'probe', COLORTERM: 'truecolor', TERM: 'screen-256color' });
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['TMUX']));
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['TMUX_PANE']));
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['SWARM_SHELL']));
});

it('lets nothing of the first client through to the agents of the second', async () => {
  const first = await useLocalWorld({ env: undefined });
  await first.runtime.spawnAgent(first.config({ agentId: 'one', env: { ...first.env, ONLY_OF_ONE: '1' } }));
  const second = first.createRuntime({ env: { ...first.env, ONLY_OF_TWO: '2' } });
  await second.spawnAgent(first.config({ agentId: 'two' }));
  await second.spawnAgent(first.config({ agentId: 'three', env: { PATH: first.env['PATH'] ?? '' } }));
  const pids = Object.fromEntries((await second.listAgents()).map(({ handle, pid }) => [handle.agentId, pid]));
  const two = await readAgentEnvironment(pids['two'] ?? null);
  const three = await readAgentEnvironment(pids['three'] ?? null);
  expect(two).toMatchObject({ ONLY_OF_TWO: '2' });
  expect(two).not.toHaveProperty('ONLY_OF_ONE');
  // PWD, SHLVL, OLDPWD and _ are what a shell or tmux makes up itself
  const known = [
    'COLORTERM',
    'PATH',
    'SWARM_AGENT_ID',
    'SWARM_AGENT_RUN',
    'TERM',
    'TERM_PROGRAM',
    'TERM_PROGRAM_VERSION',
  ];
  expect(
    Object.keys(three)
      .filter((name) => !['PWD', 'SHLVL', 'OLDPWD', '_'].includes(name))
      .toSorted(),
  ).toEqual(known);
});

it('shows no value of the environment in any process list', async () => {
  const { runtime, config, env, tmux } = await useLocalWorld();
  const secret = `hunter-${process.pid}-${Date.now()}`;
  await runtime.spawnAgent(config({ env: { ...env, SECRET: secret } }));
  const lines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
  expect(lines.filter((line) => line.includes('_swarm'))).not.toEqual([]);
  expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  expect(tmux('show-options', '-t', '=probe:') + tmux('show-options', '-w', '-t', '=probe:')).not.toContain(secret);
});

it('lets an agent end a tmux server of its own without harming any other agent', async () => {
  const { runtime, config, home } = await useLocalWorld();
  await runtime.spawnAgent(config({ agentId: 'bystander' }));
  const done = join(home, 'done');
  const script = `tmux kill-server 2> ${done}.err; echo $? > ${done}.new; mv ${done}.new ${done}; exec sleep 1000`;
  await runtime.spawnAgent(config({ agentId: 'vandal', command: ['sh', '-c', script] }));
  await vi.waitFor(() => access(done), waiting);
  const infos = await runtime.listAgents();
  expect(infos.map(({ handle, status }) => [handle.agentId, status])).toEqual([
    ['bystander', 'running'],
    ['vandal', 'running'],
  ]);
});

it("is not disturbed by a person's own tmux.conf, whatever is in it", async () => {
  const world = await useLocalWorld();
  const odd = [
    'set -g base-index 7',
    'set -g pane-base-index 5',
    'set -g prefix C-a',
    "set -g default-command 'echo hijacked; exec sh'",
    'set -g set-titles on',
    'set -g remain-on-exit off',
    'set -g status on',
    'set -g default-shell /bin/false',
    'set -g window-size smallest',
    'set -g destroy-unattached on',
  ];
  await writeFile(join(world.home, '.tmux.conf'), `${odd.join('\n')}\n`);
  const { runtime, config, tmux } = world;
  const handle = await runtime.spawnAgent(
    config({
      sessionName: 'agent',
      command: ['sh', '-c', 'echo really here; read line; echo "got $line"; exec sleep 1000'],
    }),
  );
  const service = runtime.getTmux(handle);
  await vi.waitFor(
    async () => expect(await service.capturePaneContent('agent', '0', '0', 100)).toContain('really here'),
    waiting,
  );
  await service.sendKeys('agent', '0', '0', 'npm test');
  await vi.waitFor(
    async () => expect(await service.capturePaneContent('agent', '0', '0', 100)).toContain('got npm test'),
    waiting,
  );
  expect(await service.capturePaneContent('agent', '0', '0', 100)).not.toContain('hijacked');
  expect(tmux('show-options', '-gv', 'prefix')).toBe('None\n');
  expect(tmux('show-options', '-gv', 'base-index')).toBe('1\n');
});

it('takes a server that a person started by hand, with their configuration', async () => {
  const world = await useLocalWorld();
  await writeFile(
    join(world.home, '.tmux.conf'),
    "set -g base-index 7\nset -g default-command 'echo hijacked; exec sh'\nset -g remain-on-exit off\nset-environment -g LEAK 1\n",
  );
  world.tmux('new-session', '-d', '-s', 'mine');
  await world.runtime.spawnAgent(world.config({ agentId: 'ends', command: ['sh', '-c', 'exit 4'] }));
  await world.runtime.spawnAgent(world.config({ agentId: 'stays' }));
  await vi.waitFor(async () => {
    const infos = await world.runtime.listAgents();
    expect(infos).toMatchObject([
      { handle: { agentId: 'ends' }, exit: { code: 4 } },
      { handle: { agentId: 'stays' }, exit: null },
    ]);
  }, waiting);
  const stays = (await world.runtime.listAgents()).find(({ handle }) => handle.agentId === 'stays');
  expect(await readAgentEnvironment(stays?.pid ?? null)).not.toHaveProperty('LEAK');
});
