import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { IpcClient } from '../client/ipc-client.ts';
import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { openServer, type TestServer } from '../testing/open-server.ts';
import { IpcServer, type IpcServerOptions } from './ipc-server.ts';

const open = (options: Partial<IpcServerOptions> = {}): Promise<TestServer> =>
  openServer('binary', { handle: async ({ payload }) => payload, ...options });

function dialRaw(socketPath: string): Socket {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Sends `bytes`, then waits for the server to close, and gives what it said. */
async function converse(socketPath: string, bytes: string | Uint8Array): Promise<readonly unknown[]> {
  const socket = dialRaw(socketPath);
  socket.end(bytes);
  const answer = await text(socket);
  return answer
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

async function openWebSocket(socketPath: string): Promise<WebSocket> {
  const socket = new WebSocket('ws://localhost/', { createConnection: () => connect(socketPath) });
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

/** Close code, and what came before it. */
async function awaitClose(socket: WebSocket): Promise<{ readonly code: number; readonly said: readonly Envelope[] }> {
  const said: Envelope[] = [];
  socket.on('message', (data: Buffer) => decodeFrame(data, (envelope) => said.push(envelope)));
  const code = await new Promise<number>((resolve) => socket.once('close', resolve));
  return { code, said };
}

const isFormatError = expect.objectContaining({
  type: 'error',
  payload: expect.objectContaining({ error_code: 'MESSAGE_FORMAT_INVALID', original_message_id: null }),
});

describe('a JSON-lines peer', () => {
  it('is answered by id, also when it closes its half at once', async () => {
    const { socketPath } = await open();
    const lines = [
      '{"type":"echo","id":"7","payload":{"a":1}}',
      '  ',
      '{"type":"echo","id":"8","payload":{"$bytes":"aGk="}}',
    ];
    expect(await converse(socketPath, `${lines.join('\n')}\n`)).toEqual([
      { type: 'response', id: '7', payload: { status: 'success', data: { a: 1 } } },
      { type: 'response', id: '8', payload: { status: 'success', data: { $bytes: 'aGk=' } } },
    ]);
  });

  it('is told what is wrong with a line, and may go on', async () => {
    const { socketPath } = await open();
    const answers = await converse(socketPath, '{"type":"echo"}\n{oops\n{"type":"echo","id":"1","payload":{}}\n');
    expect(answers).toEqual([isFormatError, isFormatError, expect.objectContaining({ type: 'response', id: '1' })]);
  });

  it('is refused what the protocol does not know', async () => {
    const { socketPath } = await open();
    const lines = [
      '{"type":"subscribe","id":"1","payload":{}}',
      '{"type":"response","id":"2","payload":{}}',
      '{"type":"cancel","id":"3","payload":{}}',
    ];
    const answers = await converse(socketPath, `${lines.join('\n')}\n`);
    expect(answers).toMatchObject([
      { type: 'response', id: '1', payload: { status: 'error', data: { error_code: 'MESSAGE_FORMAT_INVALID' } } },
      { type: 'response', id: '2', payload: { status: 'error', data: { error_code: 'MESSAGE_FORMAT_INVALID' } } },
      { type: 'error', payload: { original_message_id: '3' } },
    ]);
  });

  it('may not use an id twice at a time', async () => {
    const release = Promise.withResolvers<string>();
    const { socketPath } = await open({ handle: () => release.promise });
    setTimeout(() => release.resolve('late'), 50);
    const line = '{"type":"wait","id":"1","payload":{}}\n';
    const answers = await converse(socketPath, line + line);
    expect(answers.map((answer) => JSON.stringify(answer))).toEqual([
      expect.stringContaining('in use'),
      expect.stringContaining('late'),
    ]);
  });

  it('that leaves after closing its half frees its request', async () => {
    const handle = vi.fn(() => new Promise<never>(() => undefined));
    const { server, socketPath } = await open({ handle });
    const socket = dialRaw(socketPath);
    socket.end('{"type":"wait","id":"1","payload":{}}\n');
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    expect(server.clientCount).toBe(1);
    socket.destroy();
    await vi.waitFor(() => expect(server.clientCount).toBe(0), 10_000);
  });
});

describe('a line above the limit', () => {
  it('ends its connection with a clear error, and no other', async () => {
    const { socketPath, connect: join } = await open({ limits: { frameBytes: 1000 } });
    const other = await join();
    const socket = dialRaw(socketPath);
    for (let part = 0; part < 20; part++) socket.write(`{"type":"${'x'.repeat(100)}`);
    const lines = (await text(socket)).split('\n').filter(Boolean);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      type: 'error',
      payload: { error_message: expect.stringContaining('1000') },
    });
    expect(await other.request('echo', 1)).toBe(1);
  });
});

describe('a peer that speaks nothing we know', () => {
  it.each([
    ['bytes', '\u0001\u0002\u0003'],
    ['another protocol', 'HELO example.org\r\n'],
  ])('is told so: %s', async (_name, bytes) => {
    const { socketPath } = await open();
    expect(await converse(socketPath, bytes)).toEqual([isFormatError]);
  });

  it('gets an HTTP answer to an HTTP request', async () => {
    const { socketPath } = await open();
    const socket = dialRaw(socketPath);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await text(socket)).toContain('426 Upgrade Required');
  });

  it.each([
    ['silence', ''],
    ['half a line of HTTP', 'GET / HT'],
    ['half of a header', 'GET / HTTP/1.1\r\nhos'],
  ])('is dropped after the handshake time: %s', async (_name, bytes) => {
    const { socketPath } = await open({ limits: { handshakeMs: 50 } });
    const socket = dialRaw(socketPath);
    socket.write(bytes);
    expect(await text(socket)).toBe('');
  });
});

describe('a binary peer', () => {
  it('is told that its frame makes no sense, and closed', async () => {
    const { socketPath } = await open();
    const socket = await openWebSocket(socketPath);
    const closed = awaitClose(socket);
    socket.send(Buffer.from([0xc1, 0xff, 0x00]));
    expect((await closed).said).toEqual([isFormatError]);
  });

  it('may not send text', async () => {
    const { socketPath } = await open();
    const socket = await openWebSocket(socketPath);
    const closed = awaitClose(socket);
    socket.send('{"type":"echo","id":"1","payload":{}}');
    expect((await closed).said).toEqual([isFormatError]);
  });

  it('may not send a frame above the limit', async () => {
    const { socketPath, connect: join } = await open({ limits: { frameBytes: 1000 } });
    const other = await join();
    const socket = await openWebSocket(socketPath);
    const closed = awaitClose(socket);
    socket.send(binaryCodec.encode({ type: 'echo', id: '1', payload: 'x'.repeat(2000) }));
    expect((await closed).code).toBe(1009);
    expect(await other.request('echo', 1)).toBe(1);
  });

  it('that ignores pings is given up', async () => {
    const { server, socketPath } = await open({ heartbeat: { intervalMs: 20, timeoutMs: 60 } });
    const socket = new WebSocket('ws://localhost/', { createConnection: () => connect(socketPath), autoPong: false });
    socket.on('error', () => undefined);
    onTestFinished(() => socket.terminate());
    await vi.waitFor(() => expect(server.clientCount).toBe(1));
    await vi.waitFor(() => expect(server.clientCount).toBe(0));
  });

  it('that answers pings stays', async () => {
    const { server, connect: join } = await open({ heartbeat: { intervalMs: 10, timeoutMs: 100 } });
    const client = await join();
    const quiet = new Promise((resolve) => setTimeout(resolve, 400));
    await quiet;
    expect([server.clientCount, client.connection.state]).toEqual([1, 'connected']);
  });
});

describe('noise', () => {
  let server: IpcServer;
  let client: IpcClient;
  const socketPath = `/tmp/ipc-noise-${process.pid}.sock`;

  beforeAll(async () => {
    server = await IpcServer.listen({ socketPath, handle: async ({ payload }) => payload });
    client = await IpcClient.connect({ socketPath });
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await server.close();
  });

  it.each([
    ['bytes', ''],
    ['lines', '{'],
    ['HTTP', 'GET '],
  ])('as %s harms neither the server nor another client', async (_name, prefix) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        const socket = connect(socketPath);
        socket.on('error', () => undefined);
        socket.end(Buffer.concat([Buffer.from(prefix), noise, Buffer.from('\n')]));
        socket.resume();
        await new Promise((resolve) => socket.once('close', resolve));
        expect(await client.request('echo', 'alive')).toBe('alive');
      }),
      { numRuns: 60 },
    );
    await vi.waitFor(() => expect(server.clientCount).toBe(1));
  });
});

describe('a slow reader', () => {
  const body = 'x'.repeat(10_000);
  const subscribe = '{"type":"subscribe","id":"1","payload":{"subjects":["a"]}}\n';

  it('loses messages, is told how many, and holds no other back', async () => {
    const { server, socketPath, connect: join } = await open({ limits: { dropAboveBytes: 200_000 } });
    const fast = await join();
    const heard = vi.fn();
    fast.subscribe('a', heard);
    const slow = dialRaw(socketPath);
    slow.pause();
    slow.write(subscribe);
    await vi.waitFor(() => expect(server.clientCount).toBe(2));
    await fast.request('sync');
    for (let count = 1; count <= 200; count++) {
      server.publish('a', { count, body });
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(count), { interval: 1 });
    }
    const lines: string[] = [];
    let rest = '';
    slow.resume().on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    await vi.waitFor(() => expect(lines.at(-1) ?? '').toContain('lagged'));
    const { payload } = JSON.parse(lines.at(-1) ?? '');
    const received = lines.filter((line) => line.includes('"type":"a"')).length;
    expect(payload).toEqual({ subject: 'a', dropped: 200 - received });
    expect(received).toBeGreaterThan(10);
    server.publish('a', 'again');
    await vi.waitFor(() => expect(lines.at(-1)).toContain('again'));
  });

  it('that asks for more than it reads is disconnected', async () => {
    const handle = vi.fn(async () => body);
    const { server, socketPath } = await open({ handle, limits: { disconnectAboveBytes: 100_000 } });
    const socket = dialRaw(socketPath);
    socket.pause();
    for (let id = 0; id < 200; id++) socket.write(`{"type":"get","id":"${id}","payload":{}}\n`);
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    await vi.waitFor(() => expect(server.clientCount).toBe(0));
  });
});
