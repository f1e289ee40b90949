import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { respawnCommands } from '../src/tmux/respawn-commands.ts';
import { startTestServer } from './tmux-server.ts';

const patient = { timeout: 20_000, interval: 50 };

it('neither ends tmux nor loses the first output when a control client was not sent the last of the old program', async () => {
  const server = await startTestServer('set -g remain-on-exit on');
  const ids = '#{pane_id} #{pane_dead}';
  const noisy = 'read x; head -c 3000 /dev/zero | tr "\\0" x';
  for (let count = 0; count < 20; count += 1)
    await server.tmux('new-window', '-d', '-t', 'contract:', '--', 'sh', '-c', noisy);
  // a client that is sent output, as somebody's terminal program may be one
  const [program = '', ...rest] = server.command;
  const client = spawn(program, [...rest, '-C', 'attach-session', '-t', 'contract'], { env: server.env });
  onTestFinished(() => void client.kill());
  await once(client.stdout, 'data');
  const listed = async (): Promise<readonly string[]> =>
    (await server.tmux('list-panes', '-s', '-t', 'contract', '-F', ids)).trim().split('\n').slice(1);
  const panes = (await listed()).map((line) => line.replace(/ .*/, ''));
  const server0 = await server.tmux('display-message', '-p', '#{pid}');
  for (const pane of panes) await server.tmux('send-keys', '-t', pane, 'Enter');
  await vi.waitFor(async () => expect((await listed()).every((line) => line.endsWith(' 1'))).toBe(true), patient);

  // without -C or a shell around it, as a binding would: all at once, so that nobody has read anything in between
  const command = ['sh', '-c', 'echo ALPHA; exec cat'];
  const again = panes.flatMap((pane) => respawnCommands(pane, { command }).flatMap((words) => [...words, ';']));
  await server.tmux(...again.slice(0, -1));
  await vi.waitFor(async () => {
    for (const pane of panes) expect(await server.tmux('capture-pane', '-p', '-t', pane)).toContain('ALPHA');
  }, patient);
  expect(await server.tmux('display-message', '-p', '#{pid}')).toBe(server0);
});

it('starts the same program again when it is given none, with nobody connected', async () => {
  const server = await startTestServer();
  const pane = (await server.tmux('display-message', '-p', '-t', 'contract', '#{pane_id}')).trim();
  const pidOf = () => server.tmux('display-message', '-p', '-t', pane, '#{pane_pid} #{pane_start_command}');
  const before = await pidOf();
  await server.tmux(
    ...respawnCommands(pane)
      .flatMap((words) => [...words, ';'])
      .slice(0, -1),
  );
  const after = await pidOf();
  expect(after).not.toBe(before);
  expect(after.split(' ').slice(1)).toEqual(before.split(' ').slice(1));
});
