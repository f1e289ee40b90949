import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { UiWorld } from './ui-world.ts';

const main = fileURLToPath(new URL('../src/launch/main.ts', import.meta.url));

function startHub(world: UiWorld) {
  const state = mkdtempSync(join(tmpdir(), 'swhub-'));
  const env = {
    ...world.env,
    XDG_STATE_HOME: state,
    XDG_RUNTIME_DIR: state,
    XDG_CONFIG_HOME: state,
    SWARM_TUI_TMUX_SOCKET: world.socket('agents'),
  };
  const hub = spawn(process.execPath, [main, 'hub', 'run'], { env, stdio: 'ignore' });
  const ended = once(hub, 'exit');
  onTestFinished(async () => {
    hub.kill('SIGKILL');
    await ended;
    rmSync(state, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return { hub, ended, paths: resolveHubPaths(env) };
}

it('ends when it is told to, although it holds connections to tmux', async () => {
  const world = new UiWorld();
  const { hub, ended, paths } = startHub(world);
  await vi.waitFor(() => expect(existsSync(paths.socketPath)).toBe(true), { timeout: 20_000 });
  await using client = await connectHub({ paths, autoStart: null, version: '0.1.0' });
  const agent = await client.request('agent.spawn', {
    aiProvider: 'shell',
    name: 'one',
    workingDirectory: world.directory,
    command: ['sleep', '600'],
    wait: true,
  });
  expect(agent.lifecycle).toBe('running');
  hub.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await world.tmux('agents', 'list-sessions', '-F', '#{session_name}')).toContain('one');
});
