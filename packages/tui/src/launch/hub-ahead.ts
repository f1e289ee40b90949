import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type HubPaths, resolveHubPaths, spawnHub } from '@swarm-tui/hub/client';
import { hubCommand } from './program-files.ts';
import type { Environment } from './ui-environment.ts';

const flag = '--hub-started=';
const lookAgainMs = 5;
/** Whoever waits that long starts a hub of its own, which gives way to one that comes after all. */
const longestWaitMs = 3000;

/**
 * Starts the hub before anything of the UI when clearly none runs: what takes longest begins first. Gives the arguments
 * that tell the list of it; none when a hub may be up, or could not be started, which the list then finds out and tells.
 */
export function startHubAhead(env: Environment, command = hubCommand()): readonly string[] {
  try {
    const paths = resolveHubPaths(env);
    if (hasSocket(paths)) return [];
    const { pid } = spawnHub(command, paths);
    return pid === undefined ? [] : [`${flag}${pid}`];
  } catch {
    return [];
  }
}

/** Waits until the hub that `startHubAhead` has started can be asked, or has ended. */
export async function awaitHubAhead(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const started = argv.find((argument) => argument.startsWith(flag));
  if (started === undefined) return;
  const [paths, pid] = [resolveHubPaths(env), Number(started.slice(flag.length))];
  const deadline = performance.now() + longestWaitMs;
  while (!hasSocket(paths) && isAlive(pid) && performance.now() < deadline) {
    await delay(lookAgainMs, undefined, { signal });
  }
}

function hasSocket({ socketPath, fallbackSocketPath }: HubPaths): boolean {
  return existsSync(socketPath) || existsSync(fallbackSocketPath);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
