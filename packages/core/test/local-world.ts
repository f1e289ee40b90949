import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentConfigInput } from '../src/agent/agent-config.ts';
import { LocalRuntime, type LocalRuntimeOptions } from '../src/runtime/local-runtime.ts';

/** A home, a tmux socket and a runtime of one test's own. */
export interface LocalWorld {
  readonly runtime: LocalRuntime;
  readonly home: string;
  readonly socketName: string;
  readonly env: Readonly<Record<string, string>>;
  /** A second runtime on the same tmux server. */
  readonly createRuntime: (options?: LocalRuntimeOptions) => LocalRuntime;
  /** Runs tmux on the agents' server, as a person would by hand. */
  readonly tmux: (...args: readonly string[]) => string;
  readonly config: (more?: Partial<AgentConfigInput>) => AgentConfigInput;
  readonly dispose: () => Promise<void>;
}

export async function createLocalWorld(options: LocalRuntimeOptions = {}): Promise<LocalWorld> {
  const home = await mkdtemp(join(tmpdir(), 'swarm-core-'));
  const socketName = `swarm-test-${randomUUID()}`;
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', TMUX_TMPDIR: home };
  const runtimes: LocalRuntime[] = [];
  const createRuntime = (more: LocalRuntimeOptions = {}): LocalRuntime => {
    const runtime = new LocalRuntime({ socketName, env, configDirectory: join(home, 'state'), ...options, ...more });
    runtimes.push(runtime);
    return runtime;
  };
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-L', socketName, ...args], {
      env: { ...env, TERM: 'xterm-256color' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const dispose = async (): Promise<void> => {
    await Promise.all(runtimes.map((runtime) => runtime[Symbol.asyncDispose]()));
    try {
      tmux('kill-server');
    } catch {
      // the test ended it, or never started it
    }
    await rm(home, { recursive: true, force: true });
  };
  const config = (more: Partial<AgentConfigInput> = {}): AgentConfigInput => ({
    agentId: 'probe',
    aiProvider: 'shell',
    workingDirectory: home,
    command: ['sleep', '1000'],
    ...more,
  });
  return { runtime: createRuntime(), home, socketName, env, createRuntime, tmux, config, dispose };
}

/** A world that goes away with the test. */
export async function useLocalWorld(options?: LocalRuntimeOptions): Promise<LocalWorld> {
  const world = await createLocalWorld(options);
  onTestFinished(world.dispose);
  return world;
}

/** Starts the agents' server with nothing on it; looking alone, as with a ping, starts none. */
export async function startServer({ runtime, tmux }: Pick<LocalWorld, 'runtime' | 'tmux'>): Promise<void> {
  tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'by-hand', 'cat', '-');
  await runtime.ping();
  tmux('kill-session', '-t', '=by-hand');
}
