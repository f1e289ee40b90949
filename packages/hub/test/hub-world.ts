import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { connectHub, type ConnectHubOptions } from '../src/client/connect-hub.ts';
import type { HubClient } from '../src/client/hub-client.ts';
import type { HubPaths } from '../src/client/hub-paths.ts';
import { hubCommand } from './hub-command.ts';

export const patience = { timeout: 30_000, interval: 20 };

/** Directories of one test, gone when it ends, with every hub process that works in them. */
export function createWorld(): HubPaths {
  const root = mkdtempSync(join(tmpdir(), 'swarm-hub-'));
  const stateDirectory = join(root, 'state');
  const paths = {
    stateDirectory,
    socketPath: join(root, 'run', 'swarm-tui', 'hub.sock'),
    fallbackSocketPath: join(stateDirectory, 'hub.sock'),
    logPath: join(stateDirectory, 'hub.log'),
  };
  onTestFinished(async () => {
    await vi.waitFor(() => {
      for (const pid of hubPids(paths)) kill(pid, 'SIGKILL');
      expect(hubPids(paths)).toEqual([]);
    }, patience);
    rmSync(root, { recursive: true, force: true });
  });
  return paths;
}

/** Connects as version `version`, and starts a hub of that version when it has to. */
export async function connect(
  paths: HubPaths,
  version = '1.0.0',
  options: Partial<ConnectHubOptions> = {},
): Promise<HubClient> {
  const hub = await connectHub({ paths, version, autoStart: { command: hubCommand(paths, version) }, ...options });
  onTestFinished(async () => hub[Symbol.asyncDispose]());
  return hub;
}

export async function pidOf(hub: HubClient): Promise<number> {
  return (await hub.request('hub.status', {})).pid;
}

export function logLines(paths: HubPaths): readonly Record<string, unknown>[] {
  const lines = readFileSync(paths.logPath, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** Process ids of all hubs that this world's log tells of. */
export function startedPids(paths: HubPaths): readonly number[] {
  try {
    return logLines(paths)
      .filter(({ event }) => event === 'hub.started')
      .map(({ pid }) => Number(pid));
  } catch {
    return [];
  }
}

/** Hub processes that run in this world now, those included that gave way or have not begun. */
export function hubPids({ stateDirectory }: HubPaths): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommand(name).includes(stateDirectory))
    .map(Number);
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
