import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorld } from './daemon-world.ts';

/** Whether a program is on this machine. */
function isHere(program: string, flag: string): boolean {
  return spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
}

const progress = { taskspace_id: 'ts-1', message: 'Tests pass', category: 'milestone' };

describe('on JSON lines', () => {
  it.runIf(isHere('python3', '--version'))('a Python program registers, hears, replays and acknowledges', async () => {
    const { connect, socketPath } = await openWorld();
    const child = spawn('python3', [join(import.meta.dirname, 'daemon-peer.py'), socketPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await once(child.stdout, 'data');
    const agent = await connect('binary');
    await agent.register('agent', { taskspace_id: 'ts-1' });
    await agent.ask('buffer_taskspace_progress', progress, { id: 'p1' });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(output.split('\n')).toEqual([expect.stringMatching(/^symposium_app_/), 'Tests pass 1', "['p1']", '1', '']);
  });

  it.runIf(isHere('socat', '-V'))(
    'a line through socat is answered, and the connection ends with its input',
    async () => {
      const { connect, socketPath } = await openWorld();
      const watcher = await connect('binary');
      await watcher.ask('subscribe', { subjects: ['buffer_*'] });
      const line = JSON.stringify({ type: 'buffer_taskspace_progress', id: 'msg-1', payload: progress });
      const child = spawn('socat', ['-t', '20', '-', `UNIX-CONNECT:${socketPath}`], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      child.stdin.end(`${line}\n`);
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
      await once(child, 'close');
      expect(JSON.parse(output)).toEqual({
        type: 'response',
        id: 'msg-1',
        payload: { status: 'success', data: { stream: 'ts-1', seq: 1, duplicate: false } },
      });
      expect((await watcher.hear(({ type }) => type === 'buffer_taskspace_progress')).payload).toEqual(progress);
    },
  );
});
