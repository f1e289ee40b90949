import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AccessControl, createTcpDial, type Encoding, IpcClient, IpcDaemon, type TcpDialOptions } from '@swarm-tui/ipc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AccessWorld, codeOf, makeCertificate, openWorld, Peer, type WorldOptions } from './access-world.ts';

const encodings: readonly Encoding[] = ['binary', 'json-lines'];
const upgrade =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

const openTls = (options: WorldOptions = {}): Promise<AccessWorld> =>
  openWorld({ tcp: { port: 0, tls: makeCertificate() }, ...options });

function dial({ port }: AccessWorld, token: string, options: Partial<TcpDialOptions> = {}): Promise<IpcClient> {
  const tls = { ca: makeCertificate().cert };
  return IpcClient.connect({
    socketPath: '',
    dial: createTcpDial({ host: '127.0.0.1', port, tls, token, ...options }),
    reconnect: false,
  });
}

function open({ port }: AccessWorld): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that is said until the connection is gone, politely or not. */
function hearOut(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => socket.once('close', () => resolve(Buffer.concat(chunks).toString())));
}

/** Sends `bytes` and gives all that is said until the daemon closes. */
async function converse(world: AccessWorld, bytes: string): Promise<string> {
  const socket = open(world);
  socket.write(bytes);
  return hearOut(socket);
}

const get = (path: string, headers: Readonly<Record<string, string>> = {}): string =>
  `GET ${path} HTTP/1.1\r\n${Object.entries({ Host: 'localhost', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

const statusOf = (answer: string): string => answer.split('\r\n')[0] ?? '';

describe.each(encodings)('a client over TLS, %s', (encoding) => {
  it('comes in with a token', async () => {
    const world = await openTls();
    await using client = await dial(world, await world.createToken(), { encoding });
    expect(await client.request('status_request')).toMatchObject({ clients: 1 });
    await expect(client.request('buffer_replay')).rejects.toMatchObject({ remote: { code: 'AUTHENTICATION_FAILED' } });
  });

  it('comes in by the name in the certificate', async () => {
    const world = await openTls();
    await using client = await dial(world, await world.createToken(), { encoding, host: 'localhost' });
    expect(client.connection.state).toBe('connected');
  });

  it.each<[string, string, Partial<TcpDialOptions>]>([
    ['a wrong token', 'access-denied', { token: `swarm_${'0'.repeat(12)}_${'A'.repeat(43)}` }],
    ['no trust in the certificate', 'untrusted-server', { tls: {} }],
    ['another server name', 'untrusted-server', { tls: { ca: makeCertificate().cert, servername: 'example.org' } }],
    ['no TLS', 'server-unreachable', { tls: 'plain-on-loopback' }],
  ])('does not come in with %s', async (_name, code, options) => {
    const world = await openTls();
    const token = await world.createToken();
    await expect(dial(world, token, { encoding, ...options })).rejects.toMatchObject({ code });
    await vi.waitFor(() => expect(world.daemon.clientCount).toBe(0));
  });

  it('is told that there is no room, or that it tried too often', async () => {
    const world = await openTls({ limits: { clients: 1 } });
    const token = await world.createToken();
    await using _ = await dial(world, token, { encoding });
    await expect(dial(world, token, { encoding })).rejects.toMatchObject({ code: 'busy' });
    const wrong = { encoding, token: 'wrong' };
    for (let count = 0; count < 10; count++) await dial(world, '', wrong).catch(() => undefined);
    await expect(dial(world, '', wrong)).rejects.toMatchObject({ code: 'busy' });
  });

  it('is gone when its token is revoked', async () => {
    const world = await openTls();
    await using client = await dial(world, await world.createToken(), { encoding });
    await world.tokens.revoke(world.tokens.list()[0]?.id ?? '');
    await vi.waitFor(() => expect(client.connection.state).toBe('closed'));
  });

  it('does not send its token without TLS to another machine', () => {
    const options = { host: '192.0.2.1', port: 1, tls: 'plain-on-loopback', token: 't', encoding } as const;
    expect(() => createTcpDial(options)).toThrow(expect.objectContaining({ code: 'insecure-listener' }));
  });
});

describe('a port', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['without tokens', () => openWithout({ port: 0, tls: makeCertificate() })],
    ['without tokens on the loopback', () => openWithout({ port: 0, tls: 'plain-on-loopback' })],
    [
      'without TLS for other machines',
      () => openWorld({ tcp: { host: '0.0.0.0', port: 0, tls: 'plain-on-loopback' } }),
    ],
    ['with a certificate that is none', () => openWorld({ tcp: { port: 0, tls: { cert: 'x', key: 'y' } } })],
  ])('is not opened %s', async (_name, start) => {
    await expect(start()).rejects.toMatchObject({ code: 'insecure-listener' });
  });

  it('that is taken is said to be', async () => {
    const { port } = await openWorld();
    await expect(openWorld({ tcp: { port, tls: 'plain-on-loopback' } })).rejects.toMatchObject({
      code: 'address-in-use',
    });
  });

  it('speaks TLS 1.3 alone', async () => {
    const { port } = await openTls();
    const socket = connectTls({ port, host: '127.0.0.1', ca: makeCertificate().cert, maxVersion: 'TLSv1.2' });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/protocol version|alert/i);
  });

  async function openWithout(tcp: WorldOptions['tcp']): Promise<unknown> {
    const { socketPath } = await openWorld();
    const paths = { socketPath: `${socketPath}2`, store: { directory: `${socketPath}-store` } };
    return IpcDaemon.listen({ ...paths, tcp, access: new AccessControl() });
  }
});

describe('without a token', () => {
  it.each([
    ['an upgrade without one', get('/').replace('\r\n\r\n', `\r\n${upgrade}\r\n`), '401'],
    [
      'an upgrade with another word',
      get('/', { Authorization: 'Basic eDp5' }).replace('\r\n\r\n', `\r\n${upgrade}\r\n`),
      '401',
    ],
    ['a first line without one', '{"type":"heartbeat","id":"1","payload":{}}\n', 'AUTHENTICATION_FAILED'],
    ['a first line that is no JSON', '{"type":\n', 'MESSAGE_FORMAT_INVALID'],
    ['a first line without end', `{"type":"${'x'.repeat(20_000)}`, 'AUTHENTICATION_FAILED'],
    ['deep nesting', `{"a":${'['.repeat(8000)}\n`, 'MESSAGE_FORMAT_INVALID'],
    ['neither', '\u0001\u0002', 'MESSAGE_FORMAT_INVALID'],
  ])('nobody comes in: %s', async (_name, bytes, said) => {
    const world = await openWorld();
    expect(await converse(world, bytes)).toContain(said);
    expect(world.daemon.clientCount).toBe(0);
  });

  it('many take no place from those who have one, and go in time', async () => {
    const world = await openWorld({ limits: { clients: 5, handshakeMs: 1500 } });
    const token = await world.createToken();
    const first = await Peer.onPort(world, token);
    const idle = Array.from({ length: 4 }, () => open(world));
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const second = await Peer.onPort(world, token);
    await Promise.all(idle.map((socket) => hearOut(socket)));
    expect([codeOf(await first.ask('heartbeat')), codeOf(await second.ask('heartbeat'))]).toEqual([
      'success',
      'success',
    ]);
  });

  it.each([
    ['nothing', ['']],
    ['a line, byte by byte', Array.from('{"type":"heartbeat","id":"1","auth":{"token":"'.repeat(50))],
    ['headers, byte by byte', Array.from(`GET / HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(100)}`)],
    ['an upgrade that never ends', [`GET / HTTP/1.1\r\nHost: localhost\r\n${upgrade}`]],
  ])('a peer that sends %s is dropped in time', async (_name, parts) => {
    const world = await openWorld({ limits: { handshakeMs: 300 } });
    const socket = open(world);
    const drip = setInterval(() => socket.write(parts.shift() ?? ''), 5);
    onTestFinished(() => clearInterval(drip));
    expect(await hearOut(socket)).toBe('');
    expect(world.daemon.clientCount).toBe(0);
  });

  it('a TLS handshake that never ends is dropped in time, and keeps nobody out', async () => {
    const world = await openTls({ limits: { clients: 3, handshakeMs: 1500 } });
    const silent = Array.from({ length: 3 }, () => open(world));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    expect(await Promise.all(silent.map((socket) => hearOut(socket)))).toEqual(['', '', '']);
    const peer = await Peer.onPort(world, await world.createToken(), makeCertificate());
    expect(codeOf(await peer.ask('heartbeat'))).toBe('success');
  });
});

describe('pages', () => {
  it('tell health and metrics in their formats', async () => {
    const world = await openWorld();
    const peer = await Peer.onPort(world, await world.createToken());
    await peer.ask('agent_command', { taskspace_id: 'ts-1', command: 'x', inject_method: 'api_call' });
    await peer.ask('buffer.ts-1.a', {});
    const health = await converse(world, get('/health'));
    expect(statusOf(health)).toBe('HTTP/1.1 200 OK');
    expect(health).toContain('content-type: application/json');
    expect(
      JSON.parse(
        health
          .split('\r\n\r\n')[1]
          ?.split('\r\n')
          .find((line) => line.startsWith('{')) ?? '',
      ),
    ).toMatchObject({ status: 'ok' });
    const metrics = await converse(world, get('/metrics'));
    expect(metrics).toContain('content-type: application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(metrics).toContain('swarm_ipc_clients{client_type="agent"} 1\n');
    expect(metrics).toContain('swarm_ipc_refused_total{code="AUTHENTICATION_FAILED"} 1\n');
    expect(metrics).toContain('swarm_ipc_durable_appends_total 1\n');
    expect(metrics).toMatch(/swarm_ipc_store_bytes [1-9]/);
    expect(metrics).toContain('# EOF\n');
  });

  it('tell them to the owner on the socket file too', async () => {
    const { socketPath } = await openWorld();
    const socket = connect(socketPath);
    socket.write(get('/metrics'));
    expect(await hearOut(socket)).toContain('# EOF');
  });

  it.each([
    ['a page of a browser', get('/health', { Origin: 'https://example.org' }), 403],
    ['a name that points here', get('/metrics', { Host: 'rebound.example.org' }), 421],
    ['no name', 'GET /health HTTP/1.0\r\n\r\n', 421],
    [
      'a browser that upgrades',
      get('/', { Origin: 'http://localhost' }).replace('\r\n\r\n', `\r\n${upgrade}\r\n`),
      403,
    ],
    [
      'an upgrade under another name',
      get('/', { Host: 'rebound.example.org:80' }).replace('\r\n\r\n', `\r\n${upgrade}\r\n`),
      421,
    ],
    ['a page that is none', get('/etc/passwd'), 426],
  ])('are not for %s', async (_name, bytes, status) => {
    expect(statusOf(await converse(await openWorld(), bytes))).toContain(` ${status} `);
  });

  it.each(['localhost:8080', '127.0.0.1', '[::1]:1', 'daemon.test'])('are for who says Host: %s', async (Host) => {
    const world = await openWorld({ tcp: { port: 0, tls: 'plain-on-loopback', hostNames: ['Daemon.test'] } });
    expect(statusOf(await converse(world, get('/health', { Host })))).toBe('HTTP/1.1 200 OK');
  });
});

describe('limits of a client', () => {
  it('hold for the rate, and say when to come again', async () => {
    const world = await openWorld({ limits: { messagesPerSecond: 50 } });
    const [loud, calm] = [Peer.onSocketFile(world), Peer.onSocketFile(world)];
    for (let count = 0; count < 200; count++) loud.say('heartbeat');
    await vi.waitFor(() => expect(loud.heard).toHaveLength(200));
    const refused = loud.heard.filter(({ payload }) => JSON.stringify(payload).includes('RATE_LIMIT_EXCEEDED'));
    expect(refused.length).toBeGreaterThan(50);
    expect(JSON.stringify(refused[0])).toMatch(/"retry_after":\d+/);
    expect(codeOf(await calm.ask('heartbeat'))).toBe('success');
  });

  it('hold for subscriptions', async () => {
    const peer = Peer.onSocketFile(await openWorld({ limits: { subscriptions: 3 } }));
    expect(codeOf(await peer.ask('subscribe', { subjects: ['a.a', 'a.b'] }))).toBe('success');
    expect(codeOf(await peer.ask('subscribe', { subjects: ['a.c', 'a.d'] }))).toBe('LIMIT_EXCEEDED');
    expect(codeOf(await peer.ask('subscribe', { subjects: ['a.c'] }))).toBe('success');
  });

  it('hold for connections: one more is told, none that is there is touched', async () => {
    const world = await openWorld({ limits: { clients: 3 } });
    const peers = [Peer.onSocketFile(world), Peer.onSocketFile(world), Peer.onSocketFile(world)];
    for (const peer of peers) await peer.ask('heartbeat');
    const late = Peer.onSocketFile(world);
    late.say('heartbeat');
    await late.closed;
    expect(JSON.stringify(late.heard)).toContain('Too many clients');
    peers[0]?.socket.destroy();
    await vi.waitFor(() => expect(world.daemon.clientCount).toBe(2));
    expect(codeOf(await Peer.onSocketFile(world).ask('heartbeat'))).toBe('success');
  });

  it('hold for a line', async () => {
    const world = await openWorld({ limits: { frameBytes: 100_000 } });
    const [big, other] = [Peer.onSocketFile(world), Peer.onSocketFile(world)];
    big.say('team.a', 'x'.repeat(200_000));
    await big.closed;
    expect(codeOf(await other.ask('heartbeat'))).toBe('success');
  });
});
