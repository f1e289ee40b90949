import { existsSync } from 'node:fs';
import { rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { IpcDaemon } from '@swarm-tui/ipc';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDirectory, openWorld, RawPeer, readAnswer } from './daemon-world.ts';

describe.each(['binary', 'json-lines'] as const)('the end of a daemon over %s', (encoding) => {
  it('comes after what was on its way to the disk, and each client is told', async () => {
    const { connect, daemon, directory, socketPath } = await openWorld();
    const [writer, asker, worker] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await worker.ask('subscribe', { subjects: ['slow.job'] });
    const request = asker.ask('slow.job', 1, { expect_response: true });
    await worker.hear(({ type }) => type === 'slow.job');
    await writer.register();
    const ids = Array.from({ length: 200 }, () => writer.say('buffer.log.line', 'x'));
    await writer.hear(({ type, id }) => type === 'response' && id === ids[0]);
    await daemon.close('bye');
    await writer.closed();
    const answers = new Map(writer.all('response').map((envelope) => [envelope.id, readAnswer(envelope)]));
    const kept = ids.filter((id) => answers.get(id)?.status === 'success');
    const codes = new Set([...answers.values()].map(({ code }) => code));
    expect([...codes].filter((code) => code !== undefined && code !== 'SHUTTING_DOWN')).toEqual([]);
    expect(kept.length).toBeGreaterThan(0);
    const [last, before] = [writer.heard.at(-1), writer.heard.at(-2)];
    expect(before).toMatchObject({
      type: 'client_disconnected',
      payload: { client_id: writer.id, disconnect_reason: 'daemon_shutdown' },
    });
    expect(last).toMatchObject({ type: 'server_closing', payload: { reason: 'bye' } });
    expect((await request).code).toBe('SHUTTING_DOWN');
    expect(existsSync(socketPath)).toBe(false);

    const next = await IpcDaemon.listen({ socketPath, store: { directory: join(directory, 'store') } });
    onTestFinished(() => next.close());
    const reader = await RawPeer.connect(socketPath, encoding);
    const { messages } = Object((await reader.ask('buffer_replay', { taskspace_id: 'log' })).data);
    const found = new Set(messages.map(({ id }: { id: string }) => id));
    expect(kept.filter((id) => !found.has(id))).toEqual([]);
  });

  it('comes when a newer one asks, which takes the socket over without losing a message', async () => {
    const { connect, daemon, directory, socketPath } = await openWorld();
    const writer = await connect(encoding);
    const ids = Array.from({ length: 300 }, () => writer.say('buffer.log.line', 'x'));
    await writer.hear(({ type, id }) => type === 'response' && id === ids[0]);
    const options = { socketPath, store: { directory: join(directory, 'store') } };
    await expect(IpcDaemon.listen(options)).rejects.toMatchObject({ code: 'address-in-use' });
    const newer = await IpcDaemon.listen({ ...options, takeOverMs: 20_000 });
    onTestFinished(() => newer.close());
    await writer.closed();
    expect(daemon.clientCount).toBe(0);
    expect(writer.all('server_closing')).toHaveLength(1);
    const kept = writer.all('response').filter((envelope) => readAnswer(envelope).status === 'success');
    const reader = await RawPeer.connect(socketPath, encoding);
    const { messages } = Object((await reader.ask('buffer_replay')).data);
    const found = new Set(messages.map(({ id }: { id: string }) => id));
    expect(kept.filter(({ id }) => !found.has(id))).toEqual([]);
    expect(kept.length).toBeGreaterThan(0);
  });

  it('is not for an agent to ask for', async () => {
    const { connect, daemon } = await openWorld();
    const agent = await connect(encoding);
    await agent.register('agent', { taskspace_id: 'ts-1' });
    expect((await agent.ask('daemon_handover')).code).toBe('AUTHENTICATION_FAILED');
    expect((await agent.ask('heartbeat')).status).toBe('success');
    expect(daemon.clientCount).toBe(1);
  });
});

describe('exactly one daemon', () => {
  it('serves a socket, of two that start at once', async () => {
    const directory = await createDirectory();
    const socketPath = join(directory, 'bus.sock');
    for (let round = 0; round < 5; round++) {
      const starts = await Promise.allSettled(
        ['a', 'b', 'c'].map((name) => IpcDaemon.listen({ socketPath, store: { directory: join(directory, name) } })),
      );
      const [winner, ...others] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      expect(others).toEqual([]);
      const codes = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason.code] : []));
      expect(codes).toEqual(['address-in-use', 'address-in-use']);
      const peer = await RawPeer.connect(socketPath, 'json-lines');
      expect((await peer.ask('heartbeat')).status).toBe('success');
      await winner?.close();
    }
  });

  it('takes the socket file of a dead one, in mode 0600, and leaves files of another kind alone', async () => {
    const directory = await createDirectory();
    const socketPath = join(directory, 'bus.sock');
    const dead = createServer().listen(socketPath);
    await once(dead, 'listening');
    // What a process that was killed leaves behind: a file on which nobody listens.
    await rename(socketPath, `${socketPath}.kept`);
    dead.close();
    await once(dead, 'close');
    await rename(`${socketPath}.kept`, socketPath);
    const daemon = await IpcDaemon.listen({ socketPath, store: { directory: join(directory, 'store') } });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    await daemon.close();
    await writeFile(socketPath, 'mine');
    await expect(
      IpcDaemon.listen({ socketPath, store: { directory: join(directory, 'store') } }),
    ).rejects.toMatchObject({ code: 'address-in-use' });
  });
});
