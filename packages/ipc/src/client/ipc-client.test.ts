import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { IpcServer } from '../server/ipc-server.ts';
import type { IpcRequest } from '../server/request.ts';
import { makeSocketPath, openServer } from '../testing/open-server.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Encoding } from './dial.ts';
import { IpcClient } from './ipc-client.ts';

const echo = async ({ payload }: IpcRequest): Promise<unknown> => payload;
const encodings: readonly Encoding[] = ['binary', 'json-lines'];

async function restart(socketPath: string): Promise<IpcServer> {
  const server = await IpcServer.listen({ socketPath, handle: echo });
  onTestFinished(() => server.close());
  return server;
}

describe.each(encodings)('a client over %s', (encoding) => {
  it('says at once that nothing answers, and what to do', async () => {
    const socketPath = await makeSocketPath();
    await expect(IpcClient.connect({ socketPath, encoding })).rejects.toMatchObject({
      code: 'server-unreachable',
      message: expect.stringContaining(socketPath),
      hint: expect.stringContaining('start'),
    });
  });

  it('stops connecting when told to', async () => {
    const socketPath = await makeSocketPath();
    const dial = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const controller = new AbortController();
    const connecting = IpcClient.connect({ socketPath, encoding, dial }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });

  it('keeps its subscriptions over a restart, in place before it says connected', async () => {
    const { server, socketPath, connect } = await openServer(encoding, { handle: echo });
    const client = await connect({ reconnect: { initialMs: 5 } });
    const heard = vi.fn();
    client.subscribe('a', heard);
    client.subscribe('b.*', heard);
    client.subscribe('gone', heard)();
    await client.request('sync');
    await server.close('restart');
    await vi.waitFor(() => expect(client.connection).toMatchObject({ state: 'lost' }));
    const connected = Promise.withResolvers<void>();
    client.onConnection(({ state }) => state === 'connected' && connected.resolve());
    const next = await restart(socketPath);
    await connected.promise;
    expect([next.hasSubscribers('a'), next.hasSubscribers('b.c'), next.hasSubscribers('gone')]).toEqual([
      true,
      true,
      false,
    ]);
    next.publish('a', 1);
    next.publish('b.c', 2);
    await vi.waitFor(() =>
      expect(heard.mock.calls).toEqual([
        [1, 'a'],
        [2, 'b.c'],
      ]),
    );
  });

  it('comes back, and tells everyone, though a listener throws', async () => {
    const { server, socketPath, connect } = await openServer(encoding, { handle: echo });
    const errors = vi.fn();
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: errors };
    const client = await connect({ reconnect: { initialMs: 5, maxMs: 20 }, logger });
    client.onConnection(() => {
      throw new Error('listener');
    });
    const states: string[] = [];
    client.onConnection(({ state }) => void states.push(state));
    await server.close('restart');
    await restart(socketPath);
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'), 5000);
    expect(states[0]).toBe('lost');
    expect(states.at(-1)).toBe('connected');
    expect(errors).toHaveBeenCalledWith(expect.objectContaining({ event: 'ipc.listener-failed' }));
  });

  it('takes subscriptions while it is away', async () => {
    const socketPath = await makeSocketPath();
    const client = new IpcClient({ socketPath, encoding, reconnect: { initialMs: 5, maxMs: 20 } });
    onTestFinished(() => client[Symbol.asyncDispose]());
    const heard = vi.fn();
    client.subscribe('a', heard);
    const server = await restart(socketPath);
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'), 5000);
    server.publish('a', 'hello');
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith('hello', 'a'));
  });

  it('waits longer each time, and comes at once when asked', async () => {
    const { server, socketPath, connect } = await openServer(encoding, { handle: echo });
    const client = await connect({ reconnect: { initialMs: 3_600_000, maxMs: 3_600_000 } });
    await server.close();
    await vi.waitFor(() => expect(client.connection.state).toBe('lost'));
    const state = client.connection;
    expect(state.state === 'lost' && state.retryAt - state.since).toBeGreaterThanOrEqual(1_800_000);
    await restart(socketPath);
    client.reconnectNow();
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'));
    client.reconnectNow();
    expect(await client.request('echo', 1)).toBe(1);
  });

  it('never sends a request twice', async () => {
    const handle = vi.fn(() => new Promise<never>(() => undefined));
    const { server, socketPath, connect } = await openServer(encoding, { handle, limits: { drainMs: 20 } });
    const client = await connect({ reconnect: { initialMs: 5 } });
    const answer = client.request('agent.spawn');
    answer.catch(() => undefined);
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    await server.close();
    await expect(answer).rejects.toMatchObject({ code: 'connection-lost', hint: expect.stringContaining('look') });
    const second = vi.fn(echo);
    const next = await IpcServer.listen({ socketPath, handle: second });
    onTestFinished(() => next.close());
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'));
    await client.request('other');
    expect(second.mock.calls.map(([{ type }]) => type)).toEqual(['other']);
  });

  it('tells each state once, in order', async () => {
    const { server, socketPath, connect } = await openServer(encoding, { handle: echo });
    const client = await connect({ reconnect: { initialMs: 100, maxMs: 100 } });
    const states: ConnectionState['state'][] = [];
    const stop = client.onConnection(({ state }) => states.push(state));
    await server.close();
    await restart(socketPath);
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'), 5000);
    expect([states[0], states.at(-1)]).toEqual(['lost', 'connected']);
    stop();
    const told = states.length;
    await client[Symbol.asyncDispose]();
    expect(states).toHaveLength(told);
  });

  it('is told when the server is full, and gets in when there is room', async () => {
    const { connect } = await openServer(encoding, { handle: echo, limits: { clients: 1 } });
    const first = await connect();
    await expect(connect({ reconnect: false })).rejects.toMatchObject({ code: 'busy' });
    await first[Symbol.asyncDispose]();
    await vi.waitFor(async () => expect(await (await connect()).request('echo', 2)).toBe(2));
  });
});

it('over binary notices a server that hangs', async () => {
  const { connect } = await openServer('binary', { handle: echo });
  const client = await connect({ reconnect: false, heartbeat: { intervalMs: 20, timeoutMs: 1 } });
  await vi.waitFor(() => expect(client.connection).toMatchObject({ reason: 'no sign of life for 1 ms' }));
});

it('does not notice that the socket file vanished and was made again', async () => {
  const { server, socketPath, connect } = await openServer('binary', { handle: echo });
  const client = await connect();
  const states = vi.fn();
  client.onConnection(states);
  await rm(socketPath);
  await expect(connect()).rejects.toMatchObject({ code: 'server-unreachable' });
  await server.recreateSocket();
  expect(await (await connect()).request('echo', 'new')).toBe('new');
  expect(await client.request('echo', 'old')).toBe('old');
  expect(states).not.toHaveBeenCalled();
});

it('gives up on a server that accepts and says nothing', async () => {
  const socketPath = await makeSocketPath();
  const mute = createServer();
  mute.listen(socketPath);
  onTestFinished(() => void mute.close());
  await once(mute, 'listening');
  for (const encoding of encodings) {
    await expect(IpcClient.connect({ socketPath, encoding, limits: { handshakeMs: 50 } })).rejects.toMatchObject({
      code: 'timed-out',
    });
  }
});
