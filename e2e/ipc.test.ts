import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launcher, World } from './harness/world.ts';

/** The daemon of the packed program. Settles when it is ready. */
async function startDaemon(world: World, ...options: readonly string[]) {
  const daemon = spawn(process.execPath, [launcher, 'ipc', 'daemon', ...options], {
    env: world.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void daemon.kill('SIGKILL'));
  const [said] = await once(daemon.stdout, 'data');
  expect(String(said)).toBe('DAEMON_READY\n');
  return daemon;
}

describe('the bus of the packed program', () => {
  it('keeps what it confirmed when it is killed', async () => {
    await using world = await World.create();
    expect(await world.cli('ipc', 'stat')).toMatchObject({ code: 4, stdout: '' });
    const first = await startDaemon(world);
    expect(await world.cli('ipc', 'pub', 'buffer.jobs.add', '{"n":1}')).toMatchObject({ code: 0, stdout: 'jobs 1\n' });
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = await startDaemon(world);
    const sub = ['ipc', 'sub', 'buffer.jobs.>', '--durable', 'w', '--start', 'all', '--count', '1'];
    expect(await world.cli(...sub)).toMatchObject({ code: 0, stdout: 'buffer.jobs.add {"n":1}\n' });
    second.kill('SIGTERM');
    expect((await once(second, 'exit'))[0]).toBe(0);
  });

  it('is handed over to a newer one', async () => {
    await using world = await World.create();
    const first = await startDaemon(world);
    const gone = once(first, 'exit');
    await world.cli('ipc', 'pub', 'buffer.jobs.add', '1');
    await startDaemon(world);
    expect((await gone)[0]).toBe(0);
    expect((await world.cli('ipc', 'replay', 'jobs')).stdout).toBe('buffer.jobs.add 1\n');
  });

  it('speaks where a Symposium peer looks for it', async () => {
    await using world = await World.create();
    const socket = `${world.directory}/symposium-daemon.sock`;
    await startDaemon(world, '--socket', socket);
    const { stdout } = await world.cli('ipc', 'request', 'client_list', '--socket', socket);
    expect(JSON.parse(stdout)).toEqual({ clients: [] });
  });

  it('completes its commands', async () => {
    await using world = await World.create();
    expect((await world.cli('__complete', '--', 'ipc', '')).stdout.split('\n')).toEqual(
      expect.arrayContaining(['daemon', 'pub', 'sub', 'request', 'replay', 'ack', 'stat', 'tokens']),
    );
    expect((await world.cli('__complete', '--', 'ipc', 'tokens', 'create', 'x', '--role', '')).stdout).toContain(
      'ide\n',
    );
  });
});
