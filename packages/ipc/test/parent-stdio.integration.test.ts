import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { connectOverStdio, type StdioConnection } from '@swarm-tui/ipc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDirectory, RawPeer } from './daemon-world.ts';
import { Node, numbered, publish, readStream, reconnect, wait } from './parent-world.ts';

const farEnd = join(import.meta.dirname, '../dist/parent/connect-stdio.js');
const daemonProgram = join(import.meta.dirname, 'parent-program.ts');
const sshd = '/usr/sbin/sshd';
const rounds = Number(process.env['PARENT_STDIO_ROUNDS'] ?? 2);

type Prefix = (script: string) => readonly string[];

/** A daemon in a process of its own that waits for its parent, and the parent here. */
class StdioWorld {
  readonly directory: string;
  readonly socketPath: string;
  readonly parent: Node;
  #daemon: ChildProcess | undefined;

  private constructor(directory: string) {
    this.directory = directory;
    this.socketPath = join(directory, 'below.sock');
    this.parent = new Node(directory, 'above');
  }

  static async open(): Promise<StdioWorld> {
    const world = new StdioWorld(await createDirectory());
    await world.parent.start();
    await world.startDaemon();
    return world;
  }

  async startDaemon(): Promise<void> {
    const argv = [daemonProgram, this.socketPath, join(this.directory, 'below'), 'offered'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    this.#daemon = child;
  }

  async killDaemon(): Promise<void> {
    const gone = this.#daemon && once(this.#daemon, 'close');
    this.#daemon?.kill('SIGKILL');
    await gone;
  }

  /** What the shell on the other side runs: it leaves its process id in a file. */
  get script(): string {
    const pid = join(this.directory, 'pid');
    return `echo hello from a login shell; echo $$ > ${pid}; exec ${process.execPath} ${farEnd} --socket ${this.socketPath}`;
  }

  get farPid(): number {
    return Number(readFileSync(join(this.directory, 'pid'), 'utf8'));
  }

  connect(command: readonly string[], env?: NodeJS.ProcessEnv): StdioConnection {
    const connection = connectOverStdio({ daemon: this.parent.daemon, command, env, taskspaces: allowed, reconnect });
    onTestFinished(() => connection[Symbol.asyncDispose]());
    return connection;
  }
}

const allowed = ['p0', 'p1', 'p2', 'ts-1'];

async function isConnected(connection: StdioConnection, since = 0): Promise<number> {
  return vi.waitFor(() => {
    const state = connection.connection;
    if (state.state !== 'connected' || state.since <= since) throw new Error(JSON.stringify(state));
    return state.since;
  }, wait);
}

async function becomesLost(connection: StdioConnection): Promise<string> {
  return vi.waitFor(() => {
    const state = connection.connection;
    if (state.state !== 'lost') throw new Error(state.state);
    return state.reason;
  }, wait);
}

/** Messages while everything dies in turn: the far end, the prefix here, the daemon, and the daemon without its far end. */
async function survivesKills(prefix: Prefix): Promise<void> {
  const world = await StdioWorld.open();
  // A program of its own, so that it can be killed: `exec` replaces it by the prefix.
  const near = join(world.directory, 'near');
  const command = ['sh', '-c', `echo $$ > ${near}; exec "$@"`, 'sh', ...prefix(world.script)];
  const connection = world.connect(command);
  await isConnected(connection);
  let count = 0;
  const kills = [
    async (): Promise<void> => void process.kill(world.farPid, 'SIGKILL'),
    async (): Promise<void> => void process.kill(Number(readFileSync(near, 'utf8')), 'SIGKILL'),
    async (): Promise<void> => {
      await world.killDaemon();
      await world.startDaemon();
    },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const kill of kills) {
      const since = await isConnected(connection);
      const agent = await RawPeer.connect(world.socketPath, 'binary');
      await publish(agent, 'ts-1', [count, count + 10]);
      // On their way while it dies.
      for (let more = 0; more < 20; more++) agent.say('buffer.ts-1.n', more, { id: `ts-1-${count + 10 + more}` });
      await kill();
      count += 30;
      await isConnected(connection, since);
      const again = await RawPeer.connect(world.socketPath, 'binary');
      // Those without a receipt once more, as a client does.
      for (let number = count - 20; number < count; number++) {
        await again.ask('buffer.ts-1.n', number, { id: `ts-1-${number}` });
      }
    }
  }
  expect(await readStream(world.parent.socketPath, 'ts-1', count)).toEqual(numbered('ts-1', count));
  const agent = await RawPeer.connect(world.socketPath, 'binary');
  await agent.register('agent', { taskspace_id: 'ts-1', subscriptions: ['agent_*'] });
  const app = await RawPeer.connect(world.parent.socketPath, 'binary');
  const command2 = { taskspace_id: 'ts-1', command: 'go on', inject_method: 'tmux_send_keys' };
  await vi.waitFor(async () => {
    await app.ask('agent_command', command2);
    expect(await agent.settled('agent_command')).not.toHaveLength(0);
  }, wait);
  await connection[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(isAlive(world.farPid)).toBe(false), wait);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a link over the stdio of a program', () => {
  it('sh -c: nothing lost, nothing doubled, in order, whoever is killed', { timeout: 240_000 }, async () => {
    await survivesKills((script) => ['sh', '-c', script]);
  });

  it.skipIf(!existsSync(sshd) && process.env['CI'] !== 'true')(
    `ssh: the same over a real OpenSSH${existsSync(sshd) ? '' : ' (skipped: no sshd here, apt install openssh-server)'}`,
    { timeout: 240_000 },
    async () => {
      const prefix = await startSshd();
      await survivesKills((script) => [...prefix, script]);
    },
  );

  it('is cut behind any number of bytes of what the daemon below sends', { timeout: 240_000 }, async () => {
    const world = await StdioWorld.open();
    const agent = await RawPeer.connect(world.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 20]);
    const counter = join(world.directory, 'counter');
    writeFileSync(counter, '0');
    // All ends after so many bytes, in the middle of whatever is under way; each try gets 97 more.
    const script = `n=$(($(cat ${counter}) + 97)); echo $n > ${counter}; ${world.script} | (dd bs=1 count=$n status=none; kill -9 $$)`;
    const connection = world.connect(['sh', '-c', script]);
    expect(await readStream(world.parent.socketPath, 'ts-1', 20)).toEqual(numbered('ts-1', 20));
    expect(Number(readFileSync(counter, 'utf8'))).toBeGreaterThan(97 * 3);
    await connection[Symbol.asyncDispose]();
  });

  it('says why there is no link, and takes it up as soon as there can be one', async () => {
    const world = await StdioWorld.open();
    await world.killDaemon();
    const connection = world.connect(['sh', '-c', world.script]);
    expect(await becomesLost(connection)).toContain(
      `the program ended with 1: No daemon answers on ${world.socketPath}`,
    );
    await world.startDaemon();
    await isConnected(connection);
  });

  it('gets through to a daemon that has as many clients as it takes', async () => {
    const directory = await createDirectory();
    const parent = new Node(directory, 'above');
    const child = new Node(directory, 'below', { limits: { clients: 1 }, parent: { taskspaces: ['ts-1'], reconnect } });
    await parent.start();
    await child.start();
    const agent = await RawPeer.connect(child.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 3]);
    const command = [process.execPath, farEnd, '--socket', child.socketPath];
    const connection = connectOverStdio({ daemon: parent.daemon, command, taskspaces: ['ts-1'], reconnect });
    onTestFinished(() => connection[Symbol.asyncDispose]());
    expect(await readStream(parent.socketPath, 'ts-1', 3)).toEqual(numbered('ts-1', 3));
  });

  it('sees the end of a program that left something behind which keeps its pipes open', async () => {
    const world = await StdioWorld.open();
    const left = join(world.directory, 'left');
    const script = `sleep 100 & echo $! >> ${left}; echo out of order >&2; exit 7`;
    const connection = world.connect(['sh', '-c', script]);
    const kill = (): void => {
      for (const pid of readFileSync(left, 'utf8').trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    };
    expect(await becomesLost(connection)).toBe('the program ended with 7: out of order');
    await connection[Symbol.asyncDispose]();
    kill();
  });

  it('gives up a program that does not exist, or writes something else', async () => {
    const world = await StdioWorld.open();
    expect(await becomesLost(world.connect([join(world.directory, 'missing')]))).toContain('ENOENT');
    const noise = world.connect(['sh', '-c', 'yes']);
    expect(await becomesLost(noise)).toContain('something else');
  });

  it('gives a daemon below the rights of its taskspaces only', async () => {
    const world = await StdioWorld.open();
    const connection = connectOverStdio({
      daemon: world.parent.daemon,
      command: ['sh', '-c', world.script],
      taskspaces: ['other'],
      reconnect,
    });
    onTestFinished(() => connection[Symbol.asyncDispose]());
    const agent = await RawPeer.connect(world.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 3]);
    const reason = await vi.waitFor(async () => {
      const { data } = await agent.ask('status_request');
      const parent = Object(Reflect.get(Object(data), 'parent'));
      expect(parent).toMatchObject({ state: 'lost', pending: [{ stream: 'ts-1', messages: 3 }] });
      expect(parent.reason).toContain('may not touch taskspace');
      return String(parent.reason);
    }, wait);
    expect(reason).toContain('p0');
  });

  it('the newest link counts: a parent that came back is not kept out by the one it was', async () => {
    const world = await StdioWorld.open();
    const first = world.connect(['sh', '-c', world.script]);
    await isConnected(first);
    const pid = world.farPid;
    // It hangs, as behind a cable that was pulled.
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    const second = world.connect(['sh', '-c', world.script]);
    await isConnected(second);
    const agent = await RawPeer.connect(world.socketPath, 'binary');
    await publish(agent, 'ts-1', [0, 5]);
    expect(await readStream(world.parent.socketPath, 'ts-1', 5)).toEqual(numbered('ts-1', 5));
    process.kill(pid, 'SIGKILL');
    await first[Symbol.asyncDispose]();
  });
});

/** An OpenSSH of the test on a port of its own, with keys of its own; gives the prefix that reaches it. */
async function startSshd(): Promise<readonly string[]> {
  // sshd wants every directory above its files safe: not below a /tmp that others may write to without StrictModes.
  const directory = mkdtempSync(join(tmpdir(), 'ipc-sshd-'));
  const path = (name: string): string => join(directory, name);
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  }
  const port = await freePort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${path('host')}`,
    `AuthorizedKeysFile ${path('user.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `PidFile ${path('sshd.pid')}`,
  ];
  writeFileSync(path('sshd_config'), config.join('\n'));
  if (userInfo().uid === 0) execFileSync('mkdir', ['-p', '/run/sshd']);
  const server = spawn(sshd, ['-D', '-e', '-f', path('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => {
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('Server listening'), wait);
  const key = readFileSync(path('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(path('known_hosts'), `[127.0.0.1]:${port} ${key}\n`);
  const options = [
    `UserKnownHostsFile=${path('known_hosts')}`,
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'LogLevel=ERROR',
  ];
  const flags = options.flatMap((option) => ['-o', option]);
  return ['ssh', '-F', 'none', '-T', ...flags, '-i', path('user'), '-p', `${port}`, `${userInfo().username}@127.0.0.1`];
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
