// The packed program in an empty home of its own, with agents, for the benches that start it as a person would.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';

const packageFolder = fileURLToPath(new URL('../packages/tui', import.meta.url));

/** `npm pack`, unpacked; a hub; agents that sleep. */
export class PackedWorld implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'swbench-'));
  readonly env: NodeJS.ProcessEnv;
  readonly launcher: string;

  constructor() {
    const at = (name: string): string => {
      mkdirSync(join(this.directory, name), { mode: 0o700 });
      return join(this.directory, name);
    };
    const { TMUX: _server, TMUX_PANE: _pane, ...rest } = process.env;
    this.env = {
      ...rest,
      HOME: at('home'),
      XDG_STATE_HOME: at('state'),
      XDG_RUNTIME_DIR: at('run'),
      XDG_CONFIG_HOME: at('config'),
      XDG_CACHE_HOME: at('cache'),
      TMUX_TMPDIR: at('tmux'),
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
    };
    const folder = at('packed');
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: packageFolder });
    const [tarball = ''] = readdirSync(folder);
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
    this.launcher = join(folder, 'package', 'bin', 'swarm-tui.cjs');
  }

  async startAgents(count: number): Promise<void> {
    // by the program itself, for a hub inherits the environment of the process that starts it
    execFileSync(process.execPath, [this.launcher, 'ls', '--json'], { env: this.env });
    await using hub = await connectHub({ paths: resolveHubPaths(this.env), autoStart: null, version: '0.1.0' });
    for (let number = 0; number < count; number += 1) {
      const name = `agent-${String(number).padStart(3, '0')}`;
      const command = ['sh', '-c', `echo ${name} is here; exec sleep 36000`];
      await hub.request('agent.spawn', {
        name,
        aiProvider: 'shell',
        workingDirectory: this.directory,
        command,
        wait: true,
      });
    }
  }

  async stopHub(): Promise<void> {
    try {
      await using hub = await connectHub({ paths: resolveHubPaths(this.env), autoStart: null, version: '0.1.0' });
      await hub.request('hub.stop', {});
    } catch {
      // it did not run
    }
  }

  /** Ends the UI as closing its tmux server does; agents and hub go on. */
  closeUi(): void {
    this.#kill('swarm-ui');
  }

  /** Returns when the server is really gone: one that is just ending would take a new UI with it. */
  #kill(socket: string): void {
    try {
      const ask = ['-L', socket, 'display-message', '-p', '#{pid}', ';', 'kill-server'];
      const pid = Number(
        execFileSync('tmux', ask, { env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
      const clock = new Int32Array(new SharedArrayBuffer(4));
      for (let tries = 0; tries < 500 && process.kill(pid, 0); tries += 1) Atomics.wait(clock, 0, 0, 10);
    } catch {
      // there is none, or none any more
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeUi();
    await this.stopHub();
    this.#kill('swarm-agents');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Runs a program in a pseudo terminal of 120x45 and tells the milliseconds until its output holds what is wanted; it stays so long. */
export function timeUntilShown(
  argv: readonly string[],
  wanted: (seen: string) => boolean,
  env: NodeJS.ProcessEnv,
  stayMs = 0,
): Promise<number> {
  const line = ['stty rows 45 cols 120;', 'exec', ...argv.map((word) => `'${word}'`)].join(' ');
  const start = performance.now();
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    let seen = '';
    const stop = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`never shown:\n${seen.slice(-2000)}`));
    }, 30_000);
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString('utf8');
      if (!wanted(seen)) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners('data');
      child.once('close', () => resolve(took));
      const took = performance.now() - start;
      setTimeout(stop, stayMs);
    });
    child.once('error', reject);
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
