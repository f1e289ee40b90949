import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessControl, compressPayload, createTcpDial, openMessageStore, TokenStore } from '@swarm-tui/ipc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDirectory, RawPeer } from './daemon-world.ts';
import { createPair, Node, numbered, publish, readParentStatus, readStream, reconnect, wait } from './parent-world.ts';

const progress = (message: string): object => ({ taskspace_id: 'ts-1', message, category: 'info' });

describe('a daemon with a parent', () => {
  it('forwards what it buffered and what comes, in order, under the same ids, and acknowledges it then', async () => {
    const { parent, child, toParent } = await createPair();
    await child.start({ parent: toParent() });
    const agent = await RawPeer.connect(child.socketPath, 'json-lines');
    await publish(agent, 'ts-1', [0, 700]);
    expect(await readParentStatus(agent)).toMatchObject({
      state: 'lost',
      reason: expect.stringContaining('No server answers'),
      pending: [{ stream: 'ts-1', messages: 700 }],
    });
    expect((await child.daemon.stats()).store.messages).toBe(700);
    await parent.start();
    await publish(agent, 'ts-1', [700, 720]);
    expect(await readStream(parent.socketPath, 'ts-1', 720)).toEqual(numbered('ts-1', 720));
    await vi.waitFor(async () => expect((await child.daemon.stats()).store.messages).toBe(0), wait);
    expect(await readParentStatus(agent)).toMatchObject({
      state: 'connected',
      forwarded: 720,
      dropped: 0,
      pending: [],
    });
  });

  it('goes on where it was after a restart of either side: nothing is sent twice, nothing is kept twice', async () => {
    const { parent, child, toParent } = await createPair();
    await parent.start();
    await child.start({ parent: toParent() });
    let agent = await RawPeer.connect(child.socketPath, 'binary');
    // Somebody here still wants them: they stay in the store.
    await agent.ask('subscribe', { subjects: ['buffer.ts-1.>'], durable: 'local', start: 'all' });
    await publish(agent, 'ts-1', [0, 50]);
    await vi.waitFor(async () => expect(await readParentStatus(agent)).toMatchObject({ forwarded: 50 }), wait);
    await child.stop();
    await parent.stop();
    await child.start({ parent: toParent() });
    await parent.start();
    agent = await RawPeer.connect(child.socketPath, 'binary');
    expect((await child.daemon.stats()).store.messages).toBe(50);
    await publish(agent, 'ts-1', [50, 60]);
    await vi.waitFor(async () => expect(await readParentStatus(agent)).toMatchObject({ forwarded: 10 }), wait);
    expect(await readStream(parent.socketPath, 'ts-1', 60)).toEqual(numbered('ts-1', 60));
    // The same id once more, as from a daemon that lost its place.
    const again = await RawPeer.connect(parent.socketPath, 'binary');
    expect((await again.ask('buffer.ts-1.n', 3, { id: 'ts-1-3' })).data).toMatchObject({ duplicate: true });
  });

  it('counts what the limits of its store took while the parent was away', async () => {
    const { parent, child, toParent } = await createPair();
    const directory = await createDirectory();
    await child.start({ parent: toParent(), store: { directory, limits: { messagesPerStream: 40 } } });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 100]);
    await parent.start();
    const left = await readStream(parent.socketPath, 'ts-1', 40);
    expect(left).toEqual(numbered('ts-1', 100).slice(-left.length));
    const { dropped, forwarded } = await vi.waitFor(async () => {
      const status = await readParentStatus(agent);
      expect(status).toMatchObject({ pending: [] });
      return status;
    }, wait);
    expect([forwarded, dropped]).toEqual([left.length, 100 - left.length]);
  });

  it('sets aside what the parent refuses for good, with the reason, and goes on with the rest', async () => {
    const directory = await createDirectory();
    const tokens = await TokenStore.open({ directory: join(directory, 'access') });
    onTestFinished(() => tokens[Symbol.asyncDispose]());
    const parent = new Node(directory, 'parent', {
      tcp: { port: 0, tls: 'plain-on-loopback' },
      access: new AccessControl({ tokens }),
    });
    await parent.start();
    const wish = { name: 'child', role: 'agent', taskspaces: ['ts-1'], publish: ['buffer.ts-1.n'] } as const;
    const { token } = await tokens.create(wish);
    const dial = createTcpDial({ host: '127.0.0.1', port: parent.daemon.port ?? 0, tls: 'plain-on-loopback', token });
    const child = new Node(directory, 'child');
    await child.start({ parent: { dial, taskspaces: ['ts-1'], streams: ['>'], reconnect } });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 5]);
    await agent.ask('buffer.ts-1.secret', 'no', { id: 'not-in-scope' });
    await publish(agent, 'ts-1', [5, 10]);
    await agent.ask('buffer.ts-2.n', 'no', { id: 'foreign' });
    expect(await readStream(parent.socketPath, 'ts-1', 10)).toEqual(numbered('ts-1', 10));
    await vi.waitFor(
      async () => expect(await readParentStatus(agent)).toMatchObject({ refused: 2, forwarded: 10, pending: [] }),
      wait,
    );
    await child.stop();
    await using store = await openMessageStore({ directory: join(directory, 'child') });
    const letters = await store.listDeadLetters();
    expect(Object.fromEntries(letters.map(({ message, reason }) => [message.id, reason]))).toEqual({
      foreign: 'AUTHENTICATION_FAILED: This client may not send buffer.ts-2.n.',
      'not-in-scope': 'AUTHENTICATION_FAILED: This client may not send buffer.ts-1.secret.',
    });
  });

  it('sets aside what is malformed for the parent, or larger than a frame to it may be', async () => {
    const { parent, child, toParent } = await createPair({ limits: { frameBytes: 300_000 } });
    await child.start({ parent: toParent() });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 3]);
    const bomb = compressPayload({
      type: 'buffer_taskspace_progress',
      id: 'bomb',
      payload: progress('x'.repeat(400_000)),
    });
    await agent.ask(bomb.type, bomb.payload, bomb);
    await publish(agent, 'ts-1', [3, 6]);
    await agent.ask('buffer.ts-1.n', Buffer.alloc(350_000), { id: 'giant' });
    await publish(agent, 'ts-1', [6, 9]);
    await agent.ask('buffer.other.n', 1, { id: 'other' });
    await parent.start();
    expect(await readStream(parent.socketPath, 'ts-1', 9)).toEqual(numbered('ts-1', 9));
    await vi.waitFor(
      async () => expect(await readParentStatus(agent)).toMatchObject({ refused: 2, forwarded: 9 }),
      wait,
    );
    await child.stop();
    await using store = await openMessageStore({ directory: child.storeDirectory });
    const letters = (await store.listDeadLetters()).map(({ message, reason }) => [message.id, reason]);
    expect(letters).toEqual([
      ['bomb', expect.stringContaining('MESSAGE_FORMAT_INVALID')],
      ['giant', expect.stringContaining('LIMIT_EXCEEDED')],
    ]);
    // None of the streams that are forwarded.
    expect(await store.read('other')).toHaveLength(1);
  });

  it('sets aside what the store of the parent could never hold', async () => {
    const directory = await createDirectory();
    const store = { directory: join(directory, 'parent'), limits: { waitingBytes: 100_000 } };
    const { parent, child, toParent } = await createPair({ store });
    await child.start({ parent: toParent() });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    for (const [index, size] of [40_000, 150_000, 40_000, 40_000].entries()) {
      await agent.ask('buffer.ts-1.n', Buffer.alloc(size), { id: `ts-1-${index}` });
    }
    await parent.start();
    expect(await readStream(parent.socketPath, 'ts-1', 3)).toEqual(['ts-1-0', 'ts-1-2', 'ts-1-3']);
    await vi.waitFor(
      async () => expect(await readParentStatus(agent)).toMatchObject({ refused: 1, pending: [] }),
      wait,
    );
  });

  it('keeps all, in order, while the disk of the parent is full', async ({ skip }) => {
    const disk = mountSmallDisk('6m');
    if (disk === null) return skip('this user may not mount a small disk');
    const { parent, child, toParent } = await createPair({ store: { directory: join(disk, 'store') } });
    await parent.start();
    await child.start({ parent: toParent() });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024))).toThrow('ENOSPC');
    for (let index = 0; index < 60; index++) {
      await agent.ask('buffer.ts-1.n', Buffer.alloc(20_000), { id: `ts-1-${index}` });
    }
    const { pending } = await readParentStatus(agent);
    expect(pending).toEqual([{ stream: 'ts-1', messages: expect.any(Number) }]);
    rmSync(filler);
    expect(await readStream(parent.socketPath, 'ts-1', 60)).toEqual(numbered('ts-1', 60));
    await vi.waitFor(
      async () => expect(await readParentStatus(agent)).toMatchObject({ refused: 0, pending: [] }),
      wait,
    );
    await parent.stop();
  });

  it('waits as long as a parent wants that takes little at a time, and keeps the order', async () => {
    const { parent, child, toParent } = await createPair({ limits: { messagesPerSecond: 60 } });
    await child.start({ parent: toParent() });
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 200]);
    await parent.start();
    expect(await readStream(parent.socketPath, 'ts-1', 200)).toEqual(numbered('ts-1', 200));
    await vi.waitFor(
      async () => expect(await readParentStatus(agent)).toMatchObject({ refused: 0, forwarded: 200, pending: [] }),
      wait,
    );
  });

  it('brings the commands of the parent to its clients, each to its taskspace', async () => {
    const { parent, child, toParent } = await createPair();
    await parent.start();
    await child.start({ parent: toParent({ taskspaces: ['ts-1', 'ts-2'] }) });
    const agents = await Promise.all(
      ['ts-1', 'ts-2'].map(async (taskspace_id) => {
        const agent = await RawPeer.connect(child.socketPath, 'binary');
        await agent.register('agent', { taskspace_id, subscriptions: ['agent_*'] });
        return agent;
      }),
    );
    const app = await RawPeer.connect(parent.socketPath, 'binary');
    await vi.waitFor(
      async () => expect(JSON.stringify(await app.ask('client_list'))).toContain('"capabilities":["forwarding"]'),
      wait,
    );
    for (const taskspace_id of ['ts-1', 'ts-2', 'ts-3']) {
      const command = { taskspace_id, command: `for ${taskspace_id}`, inject_method: 'tmux_send_keys' };
      expect((await app.ask('agent_command', command)).status).toBe('success');
    }
    for (const [index, agent] of agents.entries()) {
      await agent.hear(({ type }) => type === 'agent_command');
      const heard = await agent.settled('agent_command');
      expect(heard.map(({ payload }) => payload)).toMatchObject([{ command: `for ts-${index + 1}` }]);
    }
  });

  it('brings back what the managers of the parent answer to a request', async () => {
    const { parent, child, toParent } = await createPair();
    await parent.start();
    await child.start({ parent: toParent() });
    const manager = await RawPeer.connect(parent.socketPath, 'binary');
    await manager.register('symposium_app', { subscriptions: ['buffer_*'] });
    const agent = await RawPeer.connect(child.socketPath, 'json-lines');
    const wish = { taskspace_id: 'ts-1', name: 'one', project_repo: 'https://example.org/r.git' };
    expect(await agent.ask('buffer_taskspace_spawn', wish, { id: 'spawn-1' })).toMatchObject({ status: 'pending' });
    await manager.hear(({ id }) => id === 'spawn-1');
    const data = { taskspace_id: 'ts-1', dev_port: 1, agent_port: 2, ssh_config_updated: false };
    manager.say('response', { status: 'success', data }, { id: 'spawn-1' });
    const answer = await agent.hear(({ id, payload }) => id === 'spawn-1' && Object(payload).status === 'success');
    expect(answer.payload).toEqual({ status: 'success', data });
  });

  it('does not let the holder of a restricted socket play the parent', async () => {
    const directory = await createDirectory();
    const owner = { role: 'agent', taskspaces: new Set(['ts-1']), publish: ['>'], subscribe: ['>'] } as const;
    const child = new Node(directory, 'child', { access: new AccessControl({ owner }) });
    await child.start({ parent: { taskspaces: ['ts-1'] } });
    const plain = new Node(directory, 'plain');
    await plain.start();
    const { WebSocket } = await import('ws');
    for (const { socketPath } of [child, plain]) {
      const socket = new WebSocket(`ws+unix://${socketPath}:/parent`);
      const closed = Promise.withResolvers<void>();
      const heard: unknown[] = [];
      socket.on('message', (data) => heard.push(data));
      socket.on('error', () => undefined).on('close', () => closed.resolve());
      await closed.promise;
      expect(heard).toEqual([]);
    }
  });
});

/** Null where this user may not mount. */
function mountSmallDisk(size: string): string | null {
  const disk = mkdtempSync(join(tmpdir(), 'ipc-disk-'));
  onTestFinished(() => rmSync(disk, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
  return disk;
}
