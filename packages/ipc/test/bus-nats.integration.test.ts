import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Bus, BusMessage } from '../src/bus/bus.ts';
import { connectNatsBus, type NatsBusOptions } from '../src/bus/nats/index.ts';
import type { LogLine } from '../src/logger.ts';
import { describeNats, NatsServer, type NatsServerOptions } from './nats-server.ts';
import { createDirectory } from './store-world.ts';

async function start(options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function join(options: NatsBusOptions): Promise<Bus> {
  const bus = await connectNatsBus(options);
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

async function first(messages: AsyncIterable<BusMessage>): Promise<unknown> {
  for await (const { payload } of messages) return payload;
  return undefined;
}

function writeSecret(name: string, text: string): string {
  const path = joinPath(createDirectory(), name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describeNats('a bus on NATS', () => {
  it('joins two programs: messages, queues, requests, cancellation, consumers', async () => {
    const { address: servers } = await start();
    const [one, two] = [await join({ servers }), await join({ servers })];
    const members = await Promise.all([one, two].map((bus) => bus.subscribe('work.*', { queue: 'q' })));
    const all = await two.subscribe('work.>');
    for (let index = 0; index < 40; index += 1) await one.publish('work.todo', index);
    let seen = 0;
    for await (const { payload } of all) {
      expect(payload).toBe(seen);
      seen += 1;
      if (seen === 40) break;
    }
    const told = Promise.withResolvers<void>();
    await two.respond('calc.slow', ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve());
      return new Promise(() => undefined);
    });
    await expect(one.request('calc.slow', {}, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'timed-out' });
    await told.promise;
    const reading = first(await one.consume({ stream: 's', name: 'reader' }));
    reading.catch(() => undefined);
    const taken = await two.consume({ stream: 's', name: 'reader' });
    await expect(reading).rejects.toMatchObject({ code: 'consumer-taken' });
    await one.publish('buffer.s.x', 'for two');
    expect(await first(taken)).toBe('for two');
    expect(members.map(({ dropped }) => dropped)).toEqual([0, 0]);
  });

  it('leaves out what others write on its subjects, and goes on', async () => {
    const { address: servers } = await start();
    const lines: LogLine[] = [];
    const log = (line: LogLine): void => void lines.push(line);
    const bus = await join({ servers, namespace: 'n', logger: { debug: log, info: log, warn: log, error: log } });
    const stranger = await connect({ servers });
    onTestFinished(() => stranger.close());
    const subscription = await bus.subscribe('a.>');
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    await bus.respond('calc.echo', ({ payload }) => payload);
    for (const garbage of ['', 'text', new Uint8Array([0xc1, 0, 0xff]), new Uint8Array(100_000)]) {
      stranger.publish('n.v.a.b', garbage);
      stranger.publish('n.v.a.=zz', garbage);
      stranger.publish('n.d.s.buffer.s.x', garbage);
      stranger.publish('n.c', garbage);
      stranger.publish('n.r.calc.echo', garbage);
      const answer = await stranger.request('n.r.calc.echo', garbage, { timeout: 5000 });
      expect(Buffer.from(answer.data).includes('malformed')).toBe(true);
    }
    await stranger.flush();
    await bus.publish('a.b', 'after');
    await bus.publish('buffer.s.x', 'after');
    expect(await first(subscription)).toBe('after');
    expect(await first(consumer)).toBe('after');
    expect(await bus.request('calc.echo', 'after')).toBe('after');
    const malformed = lines.filter(({ event }) => event === 'bus.message-malformed');
    expect(malformed.length).toBeGreaterThanOrEqual(12);
  });

  it('lets in who has the token of the file, also a new one, and nobody else', async () => {
    const server = await start({ config: 'authorization { token: "right" }' });
    const { address: servers } = server;
    const tokenFile = writeSecret('token', 'right\n');
    const bus = await join({ servers, tokenFile, reconnect: { initialMs: 20, maxMs: 100 } });
    expect((await bus.publish('buffer.s.x', 1)).stored?.seq).toBe(1);
    await expect(connectNatsBus({ servers })).rejects.toMatchObject({ code: 'access-denied' });
    await expect(connectNatsBus({ servers, tokenFile: writeSecret('token', 'wrong') })).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.not.stringContaining('wrong'),
    });
    await server.kill();
    await server.start({ config: 'authorization { token: "newer" }' });
    await vi.waitFor(() => expect(bus.state).toMatchObject({ state: 'lost' }));
    writeFileSync(tokenFile, 'newer');
    expect((await bus.publish('buffer.s.x', 2)).stored?.seq).toBe(2);
  });

  it('speaks TLS when it is told to, and only with a server that it trusts', async () => {
    const directory = createDirectory();
    const [certFile, keyFile] = [joinPath(directory, 'cert.pem'), joinPath(directory, 'key.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2', '-nodes'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', keyFile, '-out', certFile];
    execFileSync('openssl', ['req', '-x509', ...key, ...subject], { stdio: 'ignore' });
    const { address } = await start({ config: `tls { cert_file: "${certFile}", key_file: "${keyFile}" }` });
    const servers = address.replace('127.0.0.1', 'localhost');
    const bus = await join({ servers, tls: { caFile: certFile } });
    expect((await bus.publish('buffer.s.x', 1)).stored?.seq).toBe(1);
    await expect(connectNatsBus({ servers, tls: {} })).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('says what is wrong when there is no server, no JetStream, or a name that cannot be', async () => {
    await expect(connectNatsBus({ servers: '127.0.0.1:1' })).rejects.toMatchObject({ code: 'server-unreachable' });
    await expect(connectNatsBus({ servers: '127.0.0.1:1', namespace: 'a.b' })).rejects.toMatchObject({
      code: 'malformed',
    });
    await expect(connectNatsBus({ servers: ['a:1', 'me:secret@b:1'] })).rejects.toMatchObject({
      code: 'malformed',
      message: expect.not.stringContaining('secret'),
    });
    const aborted = { servers: '127.0.0.1:1', signal: AbortSignal.abort(new Error('enough')) };
    await expect(connectNatsBus(aborted)).rejects.toThrow('enough');
    const { address: servers } = await start({ hasStore: false });
    await expect(connectNatsBus({ servers })).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('-js'),
    });
  });

  it('says what the rights of its user do not allow', async () => {
    const user = 'user: "u", password: "p"';
    const allow = '["_INBOX.>", "$JS.API.INFO", "n.v.>", "n.r.>", "n.c"]';
    const permissions = `permissions { publish: { allow: ${allow} }, subscribe: { allow: ["_INBOX.>", "n.v.open.>"] } }`;
    const server = await start({
      config: `no_auth_user: "u"\nauthorization { users = [ { ${user}, ${permissions} } ] }`,
    });
    const bus = await join({ servers: server.address, namespace: 'n' });
    const subscription = await bus.subscribe('open.>');
    await bus.publish('open.x', 1);
    expect(await first(subscription)).toBe(1);
    await expect(bus.subscribe('secret.x')).rejects.toMatchObject({ code: 'access-denied' });
    await expect(bus.publish('buffer.s.x', 1)).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('drops the oldest beyond the limits of a stream, and takes a stream that is there as it is', async () => {
    const { address: servers } = await start();
    const bus = await join({ servers, limits: { messagesPerStream: 3 } });
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    for (let index = 1; index <= 5; index += 1) await bus.publish('buffer.s.x', index);
    expect((await bus.status()).streams).toEqual([{ stream: 's', messages: 3, firstSeq: 3, lastSeq: 5 }]);
    const other = await join({ servers, limits: { messagesPerStream: 100 } });
    expect((await other.publish('buffer.s.x', 6)).stored?.seq).toBe(6);
    expect(await first(consumer)).toBe(4);
  });
});
