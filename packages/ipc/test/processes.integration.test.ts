import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { IpcClient, type IpcRequest, IpcServer } from '@swarm-tui/ipc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const clientProgram = join(import.meta.dirname, 'stalled-client.ts');
const serverProgram = join(import.meta.dirname, 'echo-server.ts');
const wait = { timeout: 20_000 };

async function makeSocketPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipc-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'hub.sock');
}

function start(...argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Bytes of buffers that something still holds. */
function measureBuffers(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

async function listen(
  handle: (request: IpcRequest) => Promise<unknown>,
): Promise<{ server: IpcServer; socketPath: string }> {
  const socketPath = await makeSocketPath();
  const server = await IpcServer.listen({ socketPath, handle, limits: { dropAboveBytes: 1_000_000 } });
  onTestFinished(() => server.close());
  return { server, socketPath };
}

describe.each(['binary', 'json-lines'] as const)('a client process over %s', (encoding) => {
  it('that is killed frees its requests and subscriptions', async () => {
    const signals: AbortSignal[] = [];
    const ready = Promise.withResolvers<void>();
    const { server, socketPath } = await listen(async ({ type, signal }) => {
      if (type === 'ready') return ready.resolve();
      signals.push(signal);
      return new Promise<never>(() => undefined);
    });
    const child = start(clientProgram, socketPath, encoding);
    await ready.promise;
    expect([server.clientCount, server.hasSubscribers('bulk')]).toEqual([1, true]);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(server.clientCount).toBe(0), wait);
    expect(server.hasSubscribers('bulk')).toBe(false);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('that stands still costs bounded memory and learns what it missed', async () => {
    const messages = 3000;
    const ready = Promise.withResolvers<void>();
    const report = vi.fn();
    const { server, socketPath } = await listen(async ({ type, payload }) => {
      if (type === 'ready') ready.resolve();
      if (type === 'report') report(payload);
      return type === 'hang' ? new Promise<never>(() => undefined) : {};
    });
    const child = start(clientProgram, socketPath, encoding);
    await ready.promise;
    child.kill('SIGSTOP');
    const before = measureBuffers();
    for (let count = 0; count < messages; count++) {
      server.publish('bulk', { body: Buffer.alloc(50_000) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    // 150 MB were published.
    expect(measureBuffers() - before).toBeLessThan(20_000_000);
    child.kill('SIGCONT');
    await vi.waitFor(
      () => {
        server.publish('report', {});
        const last: { received: number; dropped: number } = report.mock.lastCall?.[0];
        expect(last.received + last.dropped).toBe(messages);
        expect(last.dropped).toBeGreaterThan(messages / 2);
      },
      { ...wait, interval: 100 },
    );
  });
});

describe('a server process', () => {
  it('that is killed is found again by its clients, also with its socket file left behind', async () => {
    const socketPath = await makeSocketPath();
    const first = start(serverProgram, socketPath);
    await once(first.stdout ?? first, 'data');
    const client = await IpcClient.connect({ socketPath, reconnect: { initialMs: 20, maxMs: 100 } });
    onTestFinished(() => client[Symbol.asyncDispose]());
    const heard = vi.fn();
    client.subscribe('pid', heard);
    const { pid } = (await vi.waitFor(() => client.request('pid'))) as { pid: number };
    expect(pid).toBe(first.pid);
    const hanging = client.request('hang');
    hanging.catch(() => undefined);
    first.kill('SIGKILL');
    await expect(hanging).rejects.toMatchObject({ code: 'connection-lost' });
    const second = start(serverProgram, socketPath);
    await vi.waitFor(async () => expect(await client.request('pid')).toEqual({ pid: second.pid }), wait);
    await vi.waitFor(() => expect(heard).toHaveBeenLastCalledWith({ pid: second.pid }, 'pid'), wait);
  });
});

it('serves 200 clients at once, each of them all', async () => {
  const { server, socketPath } = await listen(async ({ payload }) => payload);
  const clients = await Promise.all(Array.from({ length: 200 }, () => IpcClient.connect({ socketPath })));
  onTestFinished(async () => void (await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()))));
  const heard = vi.fn();
  for (const client of clients) client.subscribe('all', heard);
  const answers = await Promise.all(clients.map((client, number) => client.request('echo', number)));
  expect(answers).toEqual(clients.map((_client, number) => number));
  expect(server.clientCount).toBe(200);
  for (let count = 0; count < 20; count++) server.publish('all', count);
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(4000), wait);
});

it('talks to socat, as docs/protocols/ipc.md shows', async ({ skip }) => {
  const sh = promisify(execFile);
  const socat = 'socat';
  const hasSocat = await sh(socat, ['-V']).then(
    () => true,
    () => false,
  );
  if (!hasSocat) skip('socat is not installed');
  const { server, socketPath } = await listen(async ({ type }) => ({ asked: type }));
  const request = '{"type":"hub.status","id":"1","payload":{}}';
  const { stdout } = await sh('sh', [
    '-c',
    'printf "%s\\n" "$1" | socat - "UNIX-CONNECT:$2"',
    'sh',
    request,
    socketPath,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    type: 'response',
    id: '1',
    payload: { status: 'success', data: { asked: 'hub.status' } },
  });

  const watcher = spawn(socat, ['-', `UNIX-CONNECT:${socketPath}`]);
  onTestFinished(() => void watcher.kill());
  let said = '';
  watcher.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  watcher.stdin.write('{"type":"subscribe","id":"1","payload":{"subjects":["fleet.delta"]}}\n');
  await vi.waitFor(() => expect(server.hasSubscribers('fleet.delta')).toBe(true), wait);
  server.publish('fleet.delta', { seq: 1 });
  await vi.waitFor(() => expect(said).toContain('{"type":"fleet.delta",'), wait);
});
