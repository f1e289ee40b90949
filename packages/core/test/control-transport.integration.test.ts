import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createControlTransport } from '../src/tmux/control-transport.ts';
import type { PaneOutput } from '../src/tmux/pane-output.ts';
import type { TmuxEvent } from '../src/tmux/tmux-event.ts';
import type { TmuxService } from '../src/tmux/tmux-service.ts';
import { openService, startTestServer, type TestServer } from './tmux-server.ts';

const patient = { timeout: 20_000, interval: 50 };

interface Setup {
  readonly server: TestServer;
  readonly service: TmuxService;
  readonly events: TmuxEvent[];
}

async function open(config = ''): Promise<Setup> {
  const server = await startTestServer(config);
  const service = openService(server, 'control');
  const events: TmuxEvent[] = [];
  service.transport.subscribe((event) => events.push(event));
  await service.listSessions();
  return { server, service, events };
}

function types(events: readonly TmuxEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

async function clientPid(service: TmuxService): Promise<number> {
  return (await service.listClients()).find(({ isControl }) => isControl)?.pid ?? 0;
}

async function readUntil(output: PaneOutput, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.includes(wanted)) break;
  }
  return text;
}

describe('the hidden session', () => {
  it('is made, attached to by one client that takes no part in sizes, and hidden from lists', async () => {
    const { service, server } = await open();
    expect(await server.tmux('list-sessions', '-F', '#{session_name}')).toBe('_swarm\ncontract\n');
    expect((await service.listSessions()).map(({ name }) => name)).toEqual(['contract']);
    expect((await service.listWindows()).map(({ sessionId }) => sessionId)).toEqual(['$0']);
    expect((await service.listPanes()).map(({ sessionId }) => sessionId)).toEqual(['$0']);
    expect(await server.tmux('list-clients', '-F', '#{client_flags}')).toContain('ignore-size');
  });

  it('lets a listened-to window die with its own session', async () => {
    const { service, server } = await open();
    const { paneId } = await service.createSession({ name: 'heard', command: ['cat', '-'] });
    expect(await service.listenTo('heard')).toBe(paneId);
    expect(await service.listenTo(paneId)).toBe(paneId);
    expect(await server.tmux('list-panes', '-s', '-t', '_swarm', '-F', '#{pane_id}')).toContain(`${paneId}\n`);
    await service.killSession('heard');
    expect(await server.tmux('list-panes', '-a', '-F', '#{pane_id}')).not.toContain(paneId);
  });
});

describe('listening', () => {
  const count = 20;

  it('links a window once, however many ask at the same time, over two connections', async () => {
    const { service, server } = await open();
    const other = openService(server, 'control');
    const { paneId } = await service.createSession({ name: 'heard', command: ['cat', '-'] });
    await other.listSessions();
    const asks = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? service : other).listenTo(paneId));
    expect(new Set(await Promise.all(asks))).toEqual(new Set([paneId]));
    const linked = (await server.tmux('list-panes', '-s', '-t', '=_swarm', '-F', '#{pane_id}')).split('\n');
    expect(linked.filter((id) => id === paneId)).toEqual([paneId]);
  });

  it('hears a pane again after the hidden session was killed, once it is asked to', async () => {
    const { service, server, events } = await open('set -g detach-on-destroy off');
    const { paneId } = await service.createSession({ name: 'kept', command: ['cat', '-'] });
    await service.listenTo(paneId);
    await server.tmux('kill-session', '-t', '=_swarm');
    await vi.waitFor(() => expect(types(events)).toContain('session-remade'), patient);
    const output = service.streamOutput(paneId);
    const reading = readUntil(output, 'again');
    await service.listenTo(paneId);
    await service.sendKeys('kept', 0, 0, 'again');
    expect(await reading).toContain('again');
  });
});

describe('respawning', () => {
  it('neither ends tmux nor loses the first output when no client was sent the last of the old program', async () => {
    const { service, server } = await open('set -g remain-on-exit on');
    const noisy = ['sh', '-c', 'read x; head -c 3000 /dev/zero | tr "\\0" x'];
    const made = Array.from({ length: 20 }, (_, index) =>
      service.createSession({ name: `n-${index}`, command: noisy }),
    );
    const panes = (await Promise.all(made)).map(({ paneId }) => paneId);
    await Promise.all(panes.map((paneId) => service.listenTo(paneId)));
    await Promise.all(panes.map((paneId) => service.pressKeys(paneId, ['Enter'])));
    await vi.waitFor(async () => {
      const dead = (await service.listPanes()).filter(({ isDead }) => isDead);
      expect(dead).toHaveLength(20);
    }, patient);
    const pid = await server.tmux('display-message', '-p', '#{pid}');
    await Promise.all(
      panes.map((paneId) => service.respawnPane(paneId, { command: ['sh', '-c', 'echo ALPHA; exec cat'] })),
    );
    await Promise.all(panes.map((paneId) => service.waitFor(paneId, 'ALPHA', { timeoutMs: 20_000 })));
    expect(await server.tmux('display-message', '-p', '#{pid}')).toBe(pid);
  });

  it('respawns what a name stands for, also with a process per command', async () => {
    const { service, server } = await open();
    const exec = openService(server, 'exec');
    await service.createSession({ name: 'by name', command: ['cat', '-'] });
    await exec.respawnPane('by name', {
      kill: true,
      command: ['sh', '-c', 'echo $SECOND; exec cat'],
      env: { SECOND: 'life' },
    });
    await service.waitFor('by name', 'life', { timeoutMs: 20_000 });
    await expect(exec.respawnPane('by name', {})).rejects.toMatchObject({ code: 'tmux-failed' });
    await expect(service.respawnPane('nobody', {})).rejects.toMatchObject({ code: 'target-not-found' });
  });
});

describe('events', () => {
  it('reports sessions and windows that others make, rename and close', async () => {
    const { server, events } = await open();
    await server.tmux('new-session', '-d', '-s', 'other', '-n', 'first', 'cat', '-');
    await server.tmux('rename-session', '-t', 'other', 'renamed here');
    await server.tmux('kill-session', '-t', 'renamed here');
    await vi.waitFor(() => {
      expect(types(events)).toEqual(
        expect.arrayContaining(['sessions-changed', 'unlinked-window-add', 'unlinked-window-close']),
      );
      expect(events).toContainEqual(expect.objectContaining({ type: 'session-renamed', name: 'renamed here' }));
    }, patient);
  });

  it('streams the raw bytes of a pane: escapes, titles, invalid UTF-8', async () => {
    const { service } = await open();
    const print = String.raw`read x; printf '\033]2;title\007\\ \377\376 \033[31mred\n'; exec cat`;
    const { paneId } = await service.createSession({ name: 'raw', command: ['sh', '-c', print] });
    const output = service.streamOutput(paneId);
    const reading = readUntil(output, 'red\r\n');
    await service.listenTo(paneId);
    await service.pressKeys(paneId, ['Enter']);
    expect(await reading).toContain('\x1b]2;title\x07\\ \xff\xfe \x1b[31mred\r\n');
    expect(output.droppedBytes).toBe(0);
  });

  it('ends a stream when its pane is gone', async () => {
    const { service } = await open();
    const { paneId } = await service.createSession({ name: 'brief', command: ['cat', '-'] });
    await service.listenTo(paneId);
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of service.streamOutput(paneId)) chunks.push(chunk);
    })();
    await service.sendKeys('brief', 0, 0, 'x');
    await vi.waitFor(() => expect(chunks.length).toBeGreaterThan(0), patient);
    await service.killSession('brief');
    await reading;
  });

  it('drops the oldest output of a slow reader, and counts it', async () => {
    const { service } = await open();
    const print = 'read x; head -c 6000000 /dev/zero | tr "\\0" x; echo; echo finished; exec cat';
    const { paneId } = await service.createSession({ name: 'flood', command: ['sh', '-c', print] });
    const output = service.streamOutput(paneId);
    const iterator = output[Symbol.asyncIterator]();
    const first = iterator.next();
    await service.listenTo(paneId);
    await service.pressKeys(paneId, ['Enter']);
    await first;
    await service.waitFor(paneId, 'finished', { timeoutMs: 50_000 });
    await vi.waitFor(() => expect(output.droppedBytes).toBeGreaterThan(0), patient);
    await iterator.return?.();
  });

  it('tells a watched value now and when it changes, until it is let go', async () => {
    const { service } = await open();
    const { paneId } = await service.createSession({ name: 'watched', command: ['cat', '-'] });
    await service.listenTo(paneId);
    const values: string[] = [];
    const hostile = 'a b\\c #{pid} : $(id)';
    const listener = ({ value, paneId: id }: { readonly value: string; readonly paneId: string | null }): void => {
      values.push(`${id} ${value}`);
    };
    const stop = await service.watchFormat({ name: 'meta', target: paneId, variable: '@meta', listener });
    await service.setOption({ pane: paneId }, '@meta', hostile);
    await vi.waitFor(() => expect(values).toContain(`${paneId} ${hostile}`), patient);
    await stop();
    await expect(service.watchFormat({ name: 'a:b', target: '', variable: 'x', listener })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('flow control', () => {
  it('is told when tmux skips output because we were slow, and goes on with the pane', async () => {
    const { service, events } = await open();
    const flood = `read x; while sleep 0.2; do head -c 200000 /dev/zero | tr '\\0' x; done`;
    const { paneId } = await service.createSession({ name: 'flood', command: ['sh', '-c', flood] });
    await service.listenTo(paneId);
    await service.pressKeys(paneId, ['Enter']);
    await vi.waitFor(() => expect(types(events)).toContain('output'), patient);
    // nothing is read while the thread stands still: tmux waits 5 s for us, then skips. On a busy machine it may take more than once
    const still = new Int32Array(new SharedArrayBuffer(4));
    await vi.waitFor(
      () => {
        if (!types(events).includes('pause')) Atomics.wait(still, 0, 0, 10_000);
        expect(events).toContainEqual({ type: 'pause', paneId });
      },
      { timeout: 100_000, interval: 2000 },
    );
    // tmux puts `%continue` into the answer to our command, so that only output tells
    const seen = events.length;
    await vi.waitFor(() => expect(types(events.slice(seen))).toContain('output'), patient);
    // what was skipped is lost, what is answered is not
    expect((await service.listPanes()).map((pane) => pane.paneId)).toContain(paneId);
  }, 150_000);
});

describe('a lost connection', () => {
  it('comes back after kill -9 of its process, with its subscriptions', async () => {
    const { service, events } = await open();
    const { paneId } = await service.createSession({ name: 'kept', command: ['cat', '-'] });
    await service.listenTo(paneId);
    const values: string[] = [];
    await service.watchFormat({
      name: 'm',
      target: paneId,
      variable: '@m',
      listener: ({ value }) => values.push(value),
    });
    const pid = await clientPid(service);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
    expect(types(events)).toContain('disconnected');
    expect(await clientPid(service)).not.toBe(pid);
    await service.setOption({ pane: paneId }, '@m', 'after');
    await vi.waitFor(() => expect(values).toContain('after'), patient);
    expect(await service.hasSession('kept')).toBe(true);
  });

  it('rejects what was under way with tmux-closed', async () => {
    const { service } = await open();
    const pid = await clientPid(service);
    const busy = service.transport.run(['wait-for', 'never']);
    const failed = busy.catch((error: unknown) => error);
    process.kill(pid, 'SIGKILL');
    expect(await failed).toMatchObject({ code: 'tmux-closed' });
  });

  it('does not start a server that died, but comes back when it lives again', async () => {
    const { service, server, events } = await open();
    await server.kill();
    await vi.waitFor(() => expect(types(events)).toContain('disconnected'), patient);
    await vi.waitFor(async () => expect(await server.tmux('list-sessions').catch(() => 'dead')).toBe('dead'), patient);
    expect(types(events)).not.toContain('reconnected');
    await server.tmux('new-session', '-d', '-s', 'back', 'cat', '-');
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
    expect((await service.listSessions()).map(({ name }) => name)).toEqual(['back']);
  });

  it('goes on looking when what reaches the server hangs once', async () => {
    const server = await startTestServer();
    const [first, hung] = [join(server.directory, 'first'), join(server.directory, 'hung')];
    const wrapper = join(server.directory, 'reach');
    const hang = `elif [ ! -e ${hung} ]; then : > ${hung}; exec sleep 1000; fi`;
    const hangOnce = `case "$*" in *list-clients*) if [ ! -e ${first} ]; then : > ${first}; ${hang};; esac`;
    await writeFile(wrapper, `#!/bin/sh\n${hangOnce}\nexec "$@"\n`, { mode: 0o755 });
    const command = [wrapper, ...server.command];
    await using transport = createControlTransport({ command, env: server.env, probeTimeoutMs: 500 });
    const events: TmuxEvent[] = [];
    transport.subscribe((event) => events.push(event));
    const [pid] = await transport.run(['display-message', '-p', '#{client_pid}']);
    process.kill(Number(pid), 'SIGKILL');
    await vi.waitFor(() => expect(existsSync(hung)).toBe(true), patient);
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
  });

  it('starts the server when a command needs it', async () => {
    const { service, server, events } = await open();
    await server.kill();
    await vi.waitFor(() => expect(types(events)).toContain('disconnected'), patient);
    await service.createSession({ name: 'anew', command: ['cat', '-'] });
    expect((await service.listSessions()).map(({ name }) => name)).toEqual(['anew']);
    expect(types(events)).toContain('reconnected');
  });

  it('fails a stream of output, which cannot go on without a gap', async () => {
    const { service } = await open();
    const next = service.streamOutput('contract')[Symbol.asyncIterator]().next();
    const failed = next.catch((error: unknown) => error);
    await service.listenTo('contract');
    process.kill(await clientPid(service), 'SIGKILL');
    expect(await failed).toMatchObject({ code: 'tmux-closed' });
  });

  it('leaves no process behind when disposed', async () => {
    const { service, server } = await open();
    const pid = await clientPid(service);
    await service[Symbol.asyncDispose]();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await server.tmux('list-clients')).toBe('');
    expect(await server.tmux('has-session', '-t', '=contract')).toBe('');
  });
});
