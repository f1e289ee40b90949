import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DaemonClient, type DaemonClientOptions, type Encoding } from '@swarm-tui/ipc';
import { onTestFinished } from 'vitest';

const daemonProgram = join(import.meta.dirname, 'daemon-program.ts');

/** A directory with a daemon in a process of its own, and clients of it; all end with the test. */
export class ClientWorld {
  readonly directory = mkdtempSync(join(tmpdir(), 'ipc-client-'));
  readonly socketPath = join(this.directory, 'daemon.sock');
  readonly #encoding: Encoding;
  #daemon: ChildProcess | undefined;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
    onTestFinished(() => {
      this.#daemon?.kill('SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  static async start(encoding: Encoding): Promise<ClientWorld> {
    const world = new ClientWorld(encoding);
    await world.startDaemon();
    return world;
  }

  async startDaemon(): Promise<void> {
    this.#daemon = startProgram(daemonProgram, this.socketPath, join(this.directory, 'store'));
    await firstLine(this.#daemon);
  }

  /** Settles when the process is gone. */
  async killDaemon(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon) return;
    const gone = once(daemon, 'exit');
    daemon.kill(signal);
    await gone;
  }

  create(options: Partial<DaemonClientOptions> = {}): DaemonClient {
    const reconnect = { initialMs: 20, maxMs: 100 };
    const client = new DaemonClient({ socketPath: this.socketPath, encoding: this.#encoding, reconnect, ...options });
    onTestFinished(() => client[Symbol.asyncDispose]());
    return client;
  }

  async connect(options: Partial<DaemonClientOptions> = {}): Promise<DaemonClient> {
    const reconnect = { initialMs: 20, maxMs: 100 };
    const client = await DaemonClient.connect({
      socketPath: this.socketPath,
      encoding: this.#encoding,
      reconnect,
      ...options,
    });
    onTestFinished(() => client[Symbol.asyncDispose]());
    return client;
  }
}

export function startProgram(...argv: readonly string[]): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Settles when the program has said something. Rejects when it ends without. */
export async function firstLine(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The program ended with ${code} before it said anything.`);
  });
  await Promise.race([once(child.stdout ?? child, 'data'), ended]);
}

/** What the rest of the loop gives, until there are `count`. */
export async function take<T>(messages: AsyncIterator<T>, count: number): Promise<readonly T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const result = await messages.next();
    if (result.done === true) break;
    taken.push(result.value);
  }
  return taken;
}
