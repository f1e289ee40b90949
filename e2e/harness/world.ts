import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type RunResult, run } from './run.ts';

/** The clone. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The bundled program, exactly as it is packed. */
export const launcher = join(root, 'packages', 'tui', 'bin', 'swarm-tui.cjs');
const nodeFolder = join(root, 'node_modules', '.bin');

/**
 * A home of its own for one test: HOME, XDG directories, tmux sockets, a hub. Disposing ends every process that
 * was started in it (told by SWARM_E2E_WORLD or TMUX_TMPDIR in its environment) and removes the directory.
 */
export class World implements AsyncDisposable {
  readonly id: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(id: string, directory: string) {
    this.id = id;
    this.directory = directory;
    this.env = {
      PATH: `${nodeFolder}:${process.env['PATH'] ?? ''}`,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      SHELL: '/bin/bash',
      HOME: join(directory, 'home'),
      XDG_CONFIG_HOME: join(directory, 'config'),
      XDG_STATE_HOME: join(directory, 'state'),
      XDG_CACHE_HOME: join(tmpdir(), 'swarm-e2e-cache'),
      XDG_RUNTIME_DIR: join(directory, 'run'),
      TMUX_TMPDIR: join(directory, 'tmux'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      SWARM_E2E_WORLD: id,
    };
  }

  static async create(): Promise<World> {
    const id = randomBytes(6).toString('hex');
    const directory = await mkdtemp(join(tmpdir(), 'swe2e-'));
    const world = new World(id, directory);
    for (const name of ['home', 'config', 'state', 'run', 'tmux', 'work'])
      await mkdir(join(directory, name), { mode: 0o700 });
    return world;
  }

  /** An empty directory that agents may work in. */
  get work(): string {
    return join(this.directory, 'work');
  }

  /** Runs `swarm-tui ARGS` to its end, without a terminal. */
  cli(...args: readonly string[]): Promise<RunResult> {
    return this.run(process.execPath, [launcher, ...args]);
  }

  /** The same, parsed; fails on any exit code but 0. */
  async json<T = unknown>(...args: readonly string[]): Promise<T> {
    const result = await this.cli('--json', ...args);
    if (result.code !== 0)
      throw new Error(`swarm-tui ${args.join(' ')} ended with ${result.code}: ${result.stderr}${result.stdout}`);
    return JSON.parse(result.stdout) as T;
  }

  run(command: string, args: readonly string[], input?: string): Promise<RunResult> {
    return run(command, args, { env: this.env, cwd: this.work, ...(input === undefined ? {} : { input }) });
  }

  /** tmux on the agents' server. */
  agentsTmux(...args: readonly string[]): Promise<RunResult> {
    return this.run('tmux', ['-L', 'swarm-agents', ...args]);
  }

  /** tmux on the server of the UI. */
  uiTmux(...args: readonly string[]): Promise<RunResult> {
    return this.run('tmux', ['-L', 'swarm-ui', ...args]);
  }

  async writeFile(path: string, text: string): Promise<string> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** Process ids of everything alive that was started in this world, this test's own processes not included. */
  processes(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && this.#owns(pid));
  }

  #owns(pid: number): boolean {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      // the agents' tmux server gets little more than where its socket is
      return (
        variables.includes(`SWARM_E2E_WORLD=${this.id}`) ||
        variables.includes(`TMUX_TMPDIR=${this.env['TMUX_TMPDIR'] ?? ''}`)
      );
    } catch {
      return false;
    }
  }

  /** Processes of this world whose command line matches. */
  find(pattern: RegExp): readonly number[] {
    return this.processes().filter((pid) => {
      try {
        return pattern.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '));
      } catch {
        return false;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = join(this.directory, 'tmux');
    for (const folder of existsSync(sockets) ? readdirSync(sockets) : []) {
      for (const name of readdirSync(join(sockets, folder))) {
        await this.run('tmux', ['-S', join(sockets, folder, name), 'kill-server']).catch(() => undefined);
      }
    }
    await vi.waitFor(
      () => {
        for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
        if (this.processes().length > 0) throw new Error('processes are left');
      },
      { timeout: 20_000, interval: 100 },
    );
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
