import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { IpcServer } from '@swarm-tui/ipc';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connectHub } from '../src/client/connect-hub.ts';
import type { HubPaths } from '../src/client/hub-paths.ts';
import { findHubProcess, killHub, pidPath } from '../src/client/hub-process.ts';
import { hubCommand, program } from './hub-command.ts';
import { connect, createWorld, hubPids, kill, logLines, patience, pidOf, startedPids } from './hub-world.ts';

it('starts a hub in a session of its own and shares it', async () => {
  const paths = createWorld();
  const [first, second] = [await connect(paths), await connect(paths)];
  const pid = await pidOf(first);
  expect(await pidOf(second)).toBe(pid);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  // Field 6 of stat is the session: the hub leads one, so that no terminal's end reaches it.
  expect(Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5])).toBe(pid);
  expect(statSync(paths.socketPath).mode & 0o777).toBe(0o600);
  expect(readFileSync(paths.logPath, 'utf8')).not.toContain('ExperimentalWarning');
});

it('carries no mark of the agent or the terminal that its first client runs in', async () => {
  const paths = createWorld();
  const marks = { TMUX: '/tmp/x,1,0', TMUX_PANE: '%1', SWARM_AGENT_ID: 'a1', SWARM_AGENT_RUN: 'run-1' };
  const [node = '', ...args] = program('./connect-program.ts', JSON.stringify(paths), '1.0.0');
  const client = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...marks } });
  const pid = (await text(client.stdout)).trim();
  const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .map((entry) => entry.split('=')[0]);
  expect(names).toContain('PATH');
  expect(names.filter((name) => name !== undefined && name in marks)).toEqual([]);
});

it('ends up with one hub when eight clients start one at the same moment', async () => {
  const paths = createWorld();
  const [node = '', ...args] = program('./connect-program.ts', JSON.stringify(paths), '1.0.0');
  const clients = Array.from({ length: 8 }, () => spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  const pids = await Promise.all(clients.map(({ stdout }) => text(stdout)));
  expect(new Set(pids).size).toBe(1);
  expect(startedPids(paths)).toEqual([Number(pids[0])]);
  // The losers give way as soon as the winner answers.
  await vi.waitFor(() => expect(hubPids(paths)).toEqual([Number(pids[0])]), patience);
});

it('tells its clients when it is killed, is started again by them, and keeps what it acknowledged', async () => {
  const paths = createWorld();
  const hub = await connect(paths);
  const pid = await pidOf(hub);
  const states: string[] = [];
  const snapshot = vi.fn();
  hub.onConnection(({ state }) => states.push(state));
  hub.watchFleet({ snapshot, delta: vi.fn() });
  await vi.waitFor(() => expect(snapshot).toHaveBeenCalledTimes(1), patience);
  await hub.request('agent.seen', { id: 'a1' });

  kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(states.at(-1)).toBe('connected'), patience);
  expect(states[0]).toBe('lost');
  await vi.waitFor(() => expect(snapshot).toHaveBeenCalledTimes(2), patience);
  expect(await hub.request('hub.status', {})).toMatchObject({ lastEventSeq: 1, warning: null });
  expect(await pidOf(hub)).not.toBe(pid);
});

it('logs a fault that nobody caught, ends with 1, and is started again by its clients', async () => {
  const paths = createWorld();
  const [node = '', ...args] = hubCommand(paths, '1.0.0');
  const process = spawn(node, args, { stdio: 'ignore' });
  const exited = once(process, 'exit');
  await vi.waitFor(() => expect(startedPids(paths)).toEqual([process.pid]), patience);
  const hub = await connect(paths);
  await hub.request('agent.interrupt', { id: 'a1' }).catch(() => undefined);
  expect(await exited).toEqual([1, null]);
  expect(logLines(paths)).toContainEqual(
    expect.objectContaining({ level: 'error', event: 'hub.fault', kind: 'uncaughtException', reason: 'Error: a bug' }),
  );
  await vi.waitFor(() => expect(hub.connection.state).toBe('connected'), patience);
  await vi.waitFor(async () => expect(await pidOf(hub)).not.toBe(process.pid), patience);
});

it('stops when it is asked, and is not started again by clients that were there', async () => {
  const paths = createWorld();
  const [first, second] = [await connect(paths), await connect(paths)];
  const pid = await pidOf(first);
  await first.request('hub.stop', {});
  await vi.waitFor(() => expect(kill(pid, 0)).toBe(false), patience);
  expect(existsSync(paths.socketPath)).toBe(false);
  await vi.waitFor(() => expect(second.connection.state).toBe('lost'), patience);
  // Several tries fail without starting one.
  const states = vi.fn();
  second.onConnection(states);
  await vi.waitFor(() => expect(states.mock.calls.length).toBeGreaterThan(2), patience);
  await expect(second.request('hub.status', {})).rejects.toMatchObject({ code: 'hub-unreachable' });
  expect(hubPids(paths)).toEqual([]);
  // A new client that wants one gets one, and the others find it.
  const next = await pidOf(await connect(paths));
  second.reconnectNow();
  await vi.waitFor(async () => expect(await pidOf(second)).toBe(next), patience);
});

it('goes on when the terminal that it was started in by hand goes away', async () => {
  const paths = createWorld();
  const [node = '', ...args] = hubCommand(paths, '1.0.0');
  const byHand = spawn(node, args, { stdio: 'ignore' });
  const exited = once(byHand, 'exit');
  await vi.waitFor(() => expect(startedPids(paths)).toEqual([byHand.pid]), patience);
  const hub = await connect(paths);
  byHand.kill('SIGHUP');
  expect(await pidOf(hub)).toBe(byHand.pid);
  expect(hub.connection.state).toBe('connected');
  // Signals are taken in order: it would have ended by the first.
  byHand.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(logLines(paths)).toContainEqual(expect.objectContaining({ event: 'hub.stopping', reason: 'SIGTERM' }));
});

it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s', async (signal) => {
  const paths = createWorld();
  const [node = '', ...args] = hubCommand(paths, '1.0.0');
  const child = spawn(node, args, { stdio: 'inherit' });
  const exited = once(child, 'exit');
  const hub = await vi.waitFor(() => connect(paths, '1.0.0', { autoStart: null }), patience);
  kill(await pidOf(hub), signal);
  expect(await exited).toEqual([0, null]);
  expect(existsSync(paths.socketPath)).toBe(false);
  expect(logLines(paths).at(-1)).toMatchObject({ event: 'hub.stopping', reason: signal });
});

/** The hub may be making files there at the same time. */
function sweep(directory: string): Promise<void> {
  return vi.waitFor(() => rmSync(directory, { recursive: true, force: true }), patience);
}

it.each([
  ['its socket file was removed', (paths: HubPaths) => sweep(paths.socketPath)],
  ['the directory of its socket was removed', (paths: HubPaths) => sweep(dirname(paths.socketPath))],
  ['the whole runtime directory was swept away', (paths: HubPaths) => sweep(dirname(dirname(paths.socketPath)))],
])('answers again when %s, and loses no client', async (_, remove) => {
  const paths = createWorld();
  const hub = await connect(paths);
  const pid = await pidOf(hub);
  const states = vi.fn();
  hub.onConnection(states);
  await remove(paths);
  await vi.waitFor(() => expect(existsSync(paths.socketPath)).toBe(true), patience);
  expect(await pidOf(await connect(paths, '1.0.0', { autoStart: null }))).toBe(pid);
  // Again and again, as soon as it is there: the new directory is watched too, and nothing is missed meanwhile.
  for (let round = 0; round < 20; round += 1) {
    await remove(paths);
    await vi.waitFor(() => expect(existsSync(paths.socketPath)).toBe(true), { timeout: 30_000, interval: 1 });
  }
  expect(await pidOf(hub)).toBe(pid);
  expect(states).not.toHaveBeenCalled();
});

it('makes its socket again on SIGUSR1', async () => {
  const paths = createWorld();
  const hub = await connect(paths);
  const pid = await pidOf(hub);
  const directory = dirname(paths.socketPath);
  const other = `${directory}.other`;
  mkdirSync(other, { mode: 0o700 });
  writeFileSync(join(other, 'hub.sock'), 'not a socket');
  // Another directory in its place, with another file in it. The hub may make its own again in between.
  await vi.waitFor(() => {
    rmSync(directory, { recursive: true, force: true });
    renameSync(other, directory);
  }, patience);
  kill(pid, 'SIGUSR1');
  await vi.waitFor(
    async () => expect(await pidOf(await connect(paths, '1.0.0', { autoStart: null }))).toBe(pid),
    patience,
  );
});

it('answers in the state directory when the runtime directory cannot be had', async () => {
  const paths = createWorld();
  const hub = await connect(paths);
  const runtime = dirname(dirname(paths.socketPath));
  // The hub makes its directory again as soon as it misses it.
  await vi.waitFor(() => {
    rmSync(runtime, { recursive: true, force: true });
    writeFileSync(runtime, 'a file where the directory was');
  }, patience);
  kill(await pidOf(hub), 'SIGUSR1');
  await vi.waitFor(() => expect(existsSync(paths.fallbackSocketPath)).toBe(true), patience);
  const other = await connect(paths, '1.0.0', { autoStart: null });
  expect(await other.request('hub.status', {})).toMatchObject({
    pid: await pidOf(hub),
    socketPath: paths.fallbackSocketPath,
    clients: 2,
  });
  rmSync(runtime);
  // It comes back by itself when it can.
  await vi.waitFor(() => expect(existsSync(paths.socketPath)).toBe(true), patience);
});

it('replaces an older hub, whose clients move over to the new one', async () => {
  const paths = createWorld();
  const old = await connect(paths, '1.0.0');
  const oldPid = await pidOf(old);
  const newer = await connect(paths, '1.1.0');
  expect(await newer.request('hub.status', {})).toMatchObject({ version: '1.1.0' });
  expect(kill(oldPid, 0)).toBe(false);
  await vi.waitFor(async () => expect(await pidOf(old)).toBe(await pidOf(newer)), patience);
});

it('never replaces a newer hub', async () => {
  const paths = createWorld();
  const pid = await pidOf(await connect(paths, '2.0.0'));
  expect(await pidOf(await connect(paths, '1.0.0'))).toBe(pid);
});

/** Something that answers like a hub of this version and protocol would; gives what it was asked. */
async function pretendHub(paths: HubPaths, version: string, protocol: number) {
  const asked: string[] = [];
  const server = await IpcServer.listen({
    socketPath: paths.socketPath,
    handle: async ({ type }) => {
      asked.push(type);
      return { version, protocol, pid: 1, anything: 'else' };
    },
  });
  onTestFinished(() => server.close());
  return { asked, server };
}

it('says that the hub is too new when a newer one answers after a reconnect, and talks to the next that it knows', async () => {
  const paths = createWorld();
  const { server: first } = await pretendHub(paths, '1.0.0', 1);
  const hub = await connect(paths, '1.0.0', { autoStart: null });
  const states: string[] = [];
  hub.onConnection(({ state }) => states.push(state));
  await first.close();
  const { server: newer } = await pretendHub(paths, '9.0.0', 99);
  hub.reconnectNow();
  await vi.waitFor(
    () =>
      expect(hub.connection).toMatchObject({
        state: 'lost',
        error: { code: 'hub-too-new', message: 'The hub that runs is newer (9.0.0) than this program (1.0.0).' },
      }),
    patience,
  );
  await expect(hub.request('fleet.snapshot', {})).rejects.toMatchObject({ code: 'hub-too-new' });
  expect(states).not.toContain('connected');
  await newer.close();
  await pretendHub(paths, '1.0.1', 1);
  await vi.waitFor(() => expect(hub.connection).toMatchObject({ state: 'connected' }), patience);
});

it('refuses a hub that speaks a newer protocol, and leaves it alone', async () => {
  const paths = createWorld();
  const { asked } = await pretendHub(paths, '9.0.0', 99);
  await expect(connect(paths)).rejects.toMatchObject({ code: 'hub-too-new', hint: expect.stringContaining('Update') });
  expect(asked).toEqual(['hub.status']);
});

it.each([
  ['uses an older hub of its own protocol', 1, null],
  ['refuses one of an older protocol', 0, 'hub-unreachable'],
])('%s when it may not start one, and ends neither', async (_, protocol, code) => {
  const paths = createWorld();
  const { asked } = await pretendHub(paths, '0.1.0', protocol);
  const outcome = await connect(paths, '1.0.0', { autoStart: null }).catch((error: unknown) => error);
  expect(outcome).toMatchObject(code === null ? { connection: { state: 'connected' } } : { code });
  expect(asked).toEqual(['hub.status']);
});

it('says why a hub did not start', async () => {
  const paths = createWorld();
  const script = 'console.error("first"); console.error("Error: boom at line 7"); process.exit(3)';
  const failure = connectHub({ paths, version: '1.0.0', autoStart: { command: [process.execPath, '-e', script] } });
  await expect(failure).rejects.toMatchObject({
    code: 'hub-start-failed',
    message: expect.stringContaining('Error: boom at line 7'),
    hint: expect.stringContaining(paths.logPath),
  });
});

it('says so when the program of the hub is not there', async () => {
  const paths = createWorld();
  const failure = connectHub({ paths, version: '1.0.0', autoStart: { command: ['/nowhere/swarm-tui', 'hub', 'run'] } });
  await expect(failure).rejects.toMatchObject({ code: 'hub-start-failed', message: expect.stringContaining('ENOENT') });
});

it('hands on what the hub itself said about its failure', async () => {
  const paths = createWorld();
  // A directory where the database should be.
  mkdirSync(join(paths.stateDirectory, 'events.db', 'x'), { recursive: true });
  await expect(connect(paths)).rejects.toMatchObject({
    code: 'hub-start-failed',
    message: expect.stringContaining('events.db'),
    reason: 'state-unwritable',
    hint: expect.stringContaining('SWARM_TUI_STATE_DIR'),
  });
});

it('starts with a damaged log and tells the person', async () => {
  const paths = createWorld();
  mkdirSync(paths.stateDirectory, { recursive: true });
  writeFileSync(join(paths.stateDirectory, 'events.db'), 'garbage '.repeat(2000));
  const hub = await connect(paths);
  const { warning } = await hub.request('hub.status', {});
  expect(warning).toMatch(/damaged and set aside as .*events\.db\.damaged-/);
});

it('only says that nothing answers when it may not start a hub', async () => {
  const paths = createWorld();
  await expect(connect(paths, '1.0.0', { autoStart: null })).rejects.toMatchObject({ code: 'hub-unreachable' });
});

it('names the process of a hub that was stopped like a job, and what helps, at once', async () => {
  const paths = createWorld();
  const hub = await connect(paths);
  const pid = await pidOf(hub);
  kill(pid, 'SIGSTOP');
  const expected = {
    code: 'hub-unreachable',
    message: expect.stringContaining(`process ${pid}`),
    hint: expect.stringMatching(`kill -CONT ${pid}.*swarm-tui hub stop --force`),
  };
  await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') T '), patience);
  await expect(connect(paths)).rejects.toMatchObject(expected);
  await expect(connect(paths, '1.0.0', { encoding: 'json-lines' })).rejects.toMatchObject(expected);
  await expect(hub.request('hub.status', {}, { timeoutMs: 200 })).rejects.toMatchObject(expected);
  kill(pid, 'SIGCONT');
  expect(await pidOf(await connect(paths))).toBe(pid);
});

it('ends a hub that does not answer by force, and the next command has a new one', async () => {
  const paths = createWorld();
  const pid = await pidOf(await connect(paths, '1.0.0', { autoStart: { command: hubCommand(paths, '1.0.0') } }));
  expect(findHubProcess(paths)).toBe(pid);
  kill(pid, 'SIGSTOP');
  expect(await killHub(paths)).toBe(pid);
  expect(hubPids(paths)).not.toContain(pid);
  expect(await pidOf(await connect(paths))).not.toBe(pid);
});

it('ends no process that only has the number of a hub that is gone', async () => {
  const paths = createWorld();
  const hub = await connect(paths);
  await hub.request('hub.stop', {});
  await vi.waitFor(() => expect(hubPids(paths)).toEqual([]), patience);
  expect(existsSync(pidPath(paths))).toBe(false);
  writeFileSync(pidPath(paths), `${process.pid}\n`);
  expect(await killHub(paths)).toBeNull();
});

it('keeps its files from the eyes of others whatever the umask is', async () => {
  const paths = createWorld();
  const [node = '', ...args] = hubCommand(paths, '1.0.0');
  const command = ['sh', '-c', 'umask 000; exec "$@"', 'sh', node, ...args];
  const hub = await connect(paths, '1.0.0', { autoStart: { command } });
  await hub.request('agent.seen', { id: 'a1' });
  const files = readdirSync(paths.stateDirectory);
  expect(files).toEqual(expect.arrayContaining(['events.db', 'events.db-wal', 'hub.log', 'hub.pid', 'lock.db']));
  const modes = files.map((name) => [name, statSync(join(paths.stateDirectory, name)).mode & 0o777]);
  expect(modes).toEqual(files.map((name) => [name, 0o600]));
  expect(statSync(paths.stateDirectory).mode & 0o777).toBe(0o700);
  expect(statSync(dirname(paths.socketPath)).mode & 0o777).toBe(0o700);
  expect(statSync(paths.socketPath).mode & 0o777).toBe(0o600);
});

it('refuses a log that is a link to nowhere, and makes nothing there', async () => {
  const paths = createWorld();
  const elsewhere = join(paths.stateDirectory, '..', 'elsewhere.db');
  mkdirSync(paths.stateDirectory, { recursive: true });
  symlinkSync(elsewhere, join(paths.stateDirectory, 'events.db'));
  await expect(connect(paths)).rejects.toMatchObject({
    code: 'hub-start-failed',
    reason: 'state-unwritable',
    message: expect.stringContaining('events.db is a symbolic link'),
    hint: expect.stringContaining('Remove the link'),
  });
  expect(existsSync(elsewhere)).toBe(false);
});
