import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';

// Debian keeps it in /usr/sbin, which not everybody's PATH has
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
const isInstalled = spawnSync('nats-server', ['--version'], { env }).status === 0;

/** Tests that need a real NATS. Without it they are skipped, and where CI runs that is a failure. */
export function describeNats(name: string, body: () => void): void {
  const reason = isInstalled ? '' : ' (not run: nats-server is not installed)';
  describe.skipIf(!isInstalled)(`${name}${reason}`, body);
}

if (!isInstalled) {
  it.runIf(process.env['CI'])('has nats-server (apt-get install nats-server), which the tests of the bus need', () => {
    expect.fail('nats-server is not installed');
  });
}

export interface NatsServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** What starts it elsewhere, as `ip netns exec x`. */
  readonly prefix?: readonly string[] | undefined;
  /** More lines of the configuration. */
  readonly config?: string | undefined;
  /** Whether it has JetStream. @default true */
  readonly hasStore?: boolean | undefined;
}

/** A server of this test alone, on a port and in a directory of its own. */
export class NatsServer implements AsyncDisposable {
  readonly address: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'nats-'));
  readonly #options: NatsServerOptions;
  #child: ChildProcess | undefined;

  private constructor(port: number, options: NatsServerOptions) {
    this.#options = options;
    this.address = `${options.host ?? '127.0.0.1'}:${port}`;
  }

  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(await findPort(), options);
    await server.start();
    return server;
  }

  /** Again, after `kill`: with the same port and store. */
  async start({ config, hasStore = true }: NatsServerOptions = this.#options): Promise<void> {
    const path = join(this.#directory, 'nats.conf');
    const store = hasStore ? `jetstream { store_dir: "${join(this.#directory, 'store')}" }` : '';
    writeFileSync(path, `listen: "${this.address}"\n${store}\n${config ?? ''}\n`);
    const [program, ...args] = [...(this.#options.prefix ?? []), 'nats-server', '-c', path];
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const log: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => log.push(chunk));
    const isReady = (): boolean => log.join('').includes('Server is ready');
    await vi.waitUntil(isReady, { timeout: 20_000 });
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function findPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
