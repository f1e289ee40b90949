import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createControlTransport } from '../src/tmux/control-transport.ts';
import type { TmuxEvent } from '../src/tmux/tmux-event.ts';
import type { TmuxTransport } from '../src/tmux/tmux-transport.ts';
import { openService, startTestServer, type TestServer } from './tmux-server.ts';

const patient = { timeout: 20_000, interval: 50 };
/** Writes for ever, and keeps count of it. */
const flood = 'n=0; while :; do head -c 20000 /dev/zero | tr "\\0" x; n=$((n+1)); echo $n > count; done';
const controlClients = ['list-clients', '-F', '#{client_control_mode} #{client_pid} #{client_session}'] as const;

function types(events: readonly TmuxEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

interface Watched {
  readonly transport: TmuxTransport;
  readonly events: TmuxEvent[];
}

async function watch(
  server: TestServer,
  options: { keepAliveMs?: number; silentAfterMs?: number } = {},
): Promise<Watched> {
  const transport = createControlTransport({ command: server.command, env: server.env, ...options });
  onTestFinished(() => transport[Symbol.asyncDispose]());
  const events: TmuxEvent[] = [];
  transport.subscribe((event) => events.push(event));
  await transport.run(['display-message', '-p', 'ok']);
  return { transport, events };
}

/** A hub of another process, connected, and standing still until its death is up to the test. */
async function stoppedOwner(server: TestServer): Promise<ChildProcessWithoutNullStreams> {
  const program = new URL('fixtures/stay-connected.ts', import.meta.url).pathname;
  const owner = spawn(process.execPath, [program, JSON.stringify(server.command)], { env: server.env, stdio: 'pipe' });
  onTestFinished(() => void owner.kill('SIGKILL'));
  await once(owner.stdout, 'data');
  owner.kill('SIGSTOP');
  return owner;
}

async function serverPid(server: TestServer): Promise<number> {
  return Number(await server.tmux('display-message', '-p', '#{pid}'));
}

describe('a control client whose owner was killed while it stood still', () => {
  it('is ended and waited for before the next one connects', async () => {
    const server = await startTestServer();
    await server.tmux('new-session', '-d', '-s', 'noisy', '-c', server.directory, 'sh', '-c', flood);
    const owner = await stoppedOwner(server);
    const [before] = (await server.tmux(...controlClients)).split('\n');
    await server.tmux('link-window', '-d', '-s', '=noisy:', '-t', '=_swarm:');
    // output that nobody will ever read keeps such a client for ever
    await untilBlocked(server);
    owner.kill('SIGKILL');
    await once(owner, 'close');
    expect(await server.tmux(...controlClients)).toContain(before);
    const pid = await serverPid(server);
    await watch(server);
    const clients = (await server.tmux(...controlClients)).trim().split('\n');
    expect(clients).toHaveLength(1);
    expect(clients[0]).not.toBe(before);
    expect(await serverPid(server)).toBe(pid);
  });

  it('is left alone while its owner lives', async () => {
    const server = await startTestServer();
    await stoppedOwner(server);
    await watch(server);
    expect((await server.tmux(...controlClients)).trim().split('\n')).toHaveLength(2);
  });
});

/** Until far more was written than goes unread into a pipe; or nothing more is, because tmux reads no more of it. */
async function untilBlocked({ directory }: TestServer): Promise<void> {
  const seen: number[] = [];
  await vi.waitFor(async () => {
    seen.push(Number(await readFile(join(directory, 'count'), 'utf8').catch(() => '')));
    const [first = 0, now = 0] = [seen[0], seen.at(-1)];
    expect(now).toBeGreaterThan(0);
    expect(now - first > 200 || (seen.length >= 10 && seen.slice(-10).every((count) => count === now))).toBe(true);
  }, patient);
}

describe('the hidden session', () => {
  it('is made again over the same connection when somebody kills it, with the windows of others unharmed', async () => {
    const server = await startTestServer();
    const service = openService(server, 'control');
    const events: TmuxEvent[] = [];
    service.transport.subscribe((event) => events.push(event));
    const { paneId } = await service.createSession({ name: 'kept', command: ['cat', '-'] });
    await service.listenTo(paneId);
    const clients = await server.tmux(...controlClients);
    await server.tmux('kill-session', '-t', '=_swarm');
    await vi.waitFor(() => expect(types(events)).toContain('session-remade'), patient);
    expect(types(events)).not.toContain('disconnected');
    expect(await server.tmux(...controlClients)).toBe(clients);
    expect((await service.listSessions()).map(({ name }) => name)).toEqual(['contract', 'kept']);
    await service.listenTo(paneId);
    await service.sendKeys('kept', 0, 0, 'heard again');
    await vi.waitFor(() => {
      const texts = events.map((event) => (event.type === 'output' ? Buffer.from(event.data).toString() : ''));
      expect(texts.join('')).toContain('heard again');
    }, patient);
  });

  it('does not take tmux with it when it is killed while its subscriptions have unread news', async () => {
    const server = await startTestServer();
    await server.tmux('new-session', '-d', '-s', 'noisy', '-c', server.directory, 'sh', '-c', flood);
    const pid = await serverPid(server);
    const owner = await stoppedOwner(server);
    await server.tmux('link-window', '-d', '-s', '=noisy:', '-t', '=_swarm:');
    await untilBlocked(server);
    await server.tmux('kill-session', '-t', '=_swarm');
    // the client is moved, never without a session: subscriptions of one that is end tmux at their next turn
    expect(await server.tmux(...controlClients)).toMatch(/^1 \d+ \w+\n$/);
    owner.kill('SIGCONT');
    await vi.waitFor(async () => expect(await server.tmux(...controlClients)).toMatch(/^1 \d+ _swarm\n$/), patient);
    expect(await serverPid(server)).toBe(pid);
  });
});

describe('a server that stands still', () => {
  it('is told as silent, and as back when it answers, over the same connection', async () => {
    const server = await startTestServer();
    const { transport, events } = await watch(server, { keepAliveMs: 50, silentAfterMs: 200 });
    const pid = await serverPid(server);
    const [client] = await transport.run(['display-message', '-p', '#{client_pid}']);
    process.kill(pid, 'SIGSTOP');
    try {
      await vi.waitFor(() => expect(events).toContainEqual({ type: 'disconnected', reason: 'silent' }), patient);
      expect(types(events)).not.toContain('reconnected');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
    expect(await transport.run(['display-message', '-p', '#{client_pid}'])).toEqual([client]);
  });
});

describe('a command for a server that stands still', () => {
  /** Stops the server, and lets it go on when the test is over, whatever comes of it. */
  async function stop(server: TestServer): Promise<() => void> {
    const pid = await serverPid(server);
    process.kill(pid, 'SIGSTOP');
    const goOn = (): void => void process.kill(pid, 'SIGCONT');
    onTestFinished(goOn);
    return goOn;
  }

  const set = (name: string): readonly string[] => ['set-option', '-g', name, '1'];
  const read = (name: string): readonly string[] => ['show-options', '-gqv', name];

  it('is never carried out when its caller gave up', async () => {
    const server = await startTestServer();
    const { transport } = await watch(server);
    // long enough for the next command to ask first
    await delay(200);
    const goOn = await stop(server);
    const reason = new Error('changed my mind');
    const abort = new AbortController();
    const given = transport.run(set('@given-up'), { signal: abort.signal });
    const kept = transport.run(set('@kept'));
    abort.abort(reason);
    await expect(given).rejects.toBe(reason);
    goOn();
    await kept;
    expect(await transport.runAll([read('@given-up'), read('@kept')])).toEqual([[], ['1']]);
  });

  it('may be carried out where tmux has it already, and the error says so', async () => {
    const server = await startTestServer();
    const { transport } = await watch(server);
    // behind a command that waits, in the same moment as an answer
    await transport.run(['display-message', '-p', 'ok']);
    const busy = transport.run(['wait-for', 'go-on']);
    const abort = new AbortController();
    const reason = new Error('changed my mind');
    const changes = transport.run(set('@late'), { signal: abort.signal });
    const looks = transport.run(read('@late'), { signal: abort.signal });
    abort.abort(reason);
    await expect(changes).rejects.toMatchObject({ code: 'outcome-unknown', cause: reason });
    await expect(looks).rejects.toBe(reason);
    await server.tmux('wait-for', '-S', 'go-on');
    await busy;
    expect(await transport.run(read('@late'))).toEqual(['1']);
  });

  it('is refused at once when the server is known to be silent, and goes again when it answers', async () => {
    const server = await startTestServer();
    const { transport, events } = await watch(server, { silentAfterMs: 200 });
    await delay(200);
    const goOn = await stop(server);
    const silent = { code: 'engine-unavailable', hint: expect.stringContaining('kill -CONT') };
    await expect(transport.run(set('@waited'))).rejects.toMatchObject(silent);
    await expect(transport.run(set('@refused'))).rejects.toMatchObject(silent);
    expect(events).toContainEqual({ type: 'disconnected', reason: 'silent' });
    goOn();
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
    expect(await transport.runAll([read('@waited'), read('@refused')])).toEqual([[], []]);
  });
});

/** A server that is just ending takes a new client, and drops it. */
async function end(server: TestServer): Promise<void> {
  const pid = await serverPid(server);
  await server.kill();
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), patient);
}

describe('looking', () => {
  it('starts no server, and connects by itself to one that is started later', async () => {
    const server = await startTestServer();
    await end(server);
    const transport = createControlTransport({ command: server.command, env: server.env });
    onTestFinished(() => transport[Symbol.asyncDispose]());
    const events: TmuxEvent[] = [];
    transport.subscribe((event) => events.push(event));
    expect(await transport.isAlive()).toBe(false);
    expect(await server.tmux('list-sessions').catch(() => 'dead')).toBe('dead');
    await server.tmux('new-session', '-d', '-s', 'later', 'cat', '-');
    await vi.waitFor(() => expect(types(events)).toContain('reconnected'), patient);
    expect(await transport.isAlive()).toBe(true);
  });

  it('makes one connection when a command comes while it is looked whether the server lives', async () => {
    const server = await startTestServer();
    await end(server);
    const transport = createControlTransport({ command: server.command, env: server.env });
    onTestFinished(() => transport[Symbol.asyncDispose]());
    const events: TmuxEvent[] = [];
    transport.subscribe((event) => events.push(event));
    expect(await transport.isAlive()).toBe(false);
    await server.tmux('new-session', '-d', '-s', 'later', 'cat', '-');
    const asks = Array.from({ length: 200 }, async (_, index) => {
      await delay(index);
      return transport.run(['display-message', '-p', '#{client_pid}']);
    });
    const pids = new Set((await Promise.all(asks)).flat());
    expect(pids.size).toBe(1);
    expect(types(events)).not.toContain('disconnected');
  });

  it('rejects, and calls nothing dead, when what reaches the server hangs', async () => {
    const transport = createControlTransport({
      command: ['sh', '-c', 'exec sleep 1000'],
      env: process.env,
      probeTimeoutMs: 100,
    });
    onTestFinished(() => transport[Symbol.asyncDispose]());
    await expect(transport.isAlive()).rejects.toMatchObject({ code: 'timed-out' });
  });
});
