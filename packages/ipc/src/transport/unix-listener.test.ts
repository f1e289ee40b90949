import { chmod, link, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect, it } from 'vitest';
import { UnixListener } from './unix-listener.ts';

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipc-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function listen(
  socketPath: string,
  onSocket = (socket: Socket): unknown => socket.on('error', () => undefined).end('hello'),
): Promise<UnixListener> {
  const listener = await UnixListener.listen({ socketPath, onSocket });
  onTestFinished(() => listener.close());
  return listener;
}

function call(socketPath: string): Promise<string> {
  const answer = Promise.withResolvers<string>();
  const socket = connect(socketPath);
  socket.once('data', (chunk: Buffer) => answer.resolve(chunk.toString()));
  socket.once('error', (cause) => answer.resolve(cause.message.split(' ')[1] ?? ''));
  return answer.promise.finally(() => socket.destroy());
}

it('makes a socket of mode 0600 in a directory of mode 0700, and leaves nothing behind', async () => {
  const directory = await makeDirectory();
  const socketPath = join(directory, 'deep', 'hub.sock');
  const listener = await listen(socketPath);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'deep'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(directory, 'deep'))).toEqual(['hub.sock']);
  expect(await call(socketPath)).toBe('hello');
  await listener.close();
  expect(await readdir(join(directory, 'deep'))).toEqual([]);
});

it('refuses a path on which another server answers, and leaves that one alone', async () => {
  const socketPath = join(await makeDirectory(), 'hub.sock');
  await listen(socketPath);
  await expect(listen(socketPath)).rejects.toMatchObject({ code: 'address-in-use' });
  expect(await call(socketPath)).toBe('hello');
});

it('lets one of two starters at the same moment win', async () => {
  const socketPath = join(await makeDirectory(), 'hub.sock');
  const starts = await Promise.allSettled([listen(socketPath), listen(socketPath), listen(socketPath)]);
  expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await call(socketPath)).toBe('hello');
});

it('replaces a socket file that nobody answers', async () => {
  const directory = await makeDirectory();
  const socketPath = join(directory, 'hub.sock');
  const dead = await listen(join(directory, 'dead.sock'));
  await link(join(directory, 'dead.sock'), socketPath);
  await dead.close();
  expect(await call(socketPath)).toBe('ECONNREFUSED');
  await listen(socketPath);
  expect(await call(socketPath)).toBe('hello');
});

it('makes a vanished socket again and keeps the connections', async () => {
  const socketPath = join(await makeDirectory(), 'hub.sock');
  const sockets: Socket[] = [];
  const listener = await listen(socketPath, (socket) => sockets.push(socket));
  const early = connect(socketPath);
  onTestFinished(() => void early.destroy());
  await expect.poll(() => sockets.length).toBe(1);
  await rm(socketPath);
  await listener.recreate();
  const late = connect(socketPath);
  onTestFinished(() => void late.destroy());
  await expect.poll(() => sockets.length).toBe(2);
  const heard = new Promise<string>((resolve) => early.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  sockets[0]?.write('still here');
  expect(await heard).toBe('still here');
});

it('leaves a socket that is in place when asked to make it again', async () => {
  const socketPath = join(await makeDirectory(), 'hub.sock');
  const listener = await listen(socketPath);
  const before = await stat(socketPath);
  await listener.recreate();
  expect((await stat(socketPath)).ino).toBe(before.ino);
});

it('does not remove the socket of a successor', async () => {
  const socketPath = join(await makeDirectory(), 'hub.sock');
  const old = await listen(socketPath);
  await rm(socketPath);
  await listen(socketPath, (socket) => socket.end('successor'));
  await old.close();
  expect(await call(socketPath)).toBe('successor');
});

it('refuses a path that the kernel would cut, and a directory that others may write to', async () => {
  const directory = await makeDirectory();
  const long = join(directory, 'x'.repeat(100));
  await expect(listen(long)).rejects.toMatchObject({ code: 'path-too-long', message: expect.stringContaining(long) });
  await chmod(directory, 0o777);
  await expect(listen(join(directory, 's'))).rejects.toMatchObject({ code: 'insecure-directory' });
});

it('does not take a plain file for a dead socket', async () => {
  const socketPath = join(await makeDirectory(), 'notes.txt');
  await writeFile(socketPath, 'precious');
  await expect(listen(socketPath)).rejects.toMatchObject({ code: 'address-in-use' });
  expect((await stat(socketPath)).size).toBe(8);
});
