import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from '../protocol/hub-error.ts';
import type { HubPaths } from './hub-paths.ts';

/** Where a hub writes its process id, for those whom it does not answer. */
export function pidPath({ stateDirectory }: Pick<HubPaths, 'stateDirectory'>): string {
  return join(stateDirectory, 'hub.pid');
}

/** Process id of the hub that holds the state directory, whether it answers or not; null when none does. */
export function findHubProcess(paths: Pick<HubPaths, 'stateDirectory'>): number | null {
  const pid = readPid(paths);
  return pid !== null && isHub(pid, paths) ? pid : null;
}

/** Says which process the hub is and what helps, when it was stopped like a job in a shell (SIGSTOP); else undefined. */
export function findStoppedHub(paths: Pick<HubPaths, 'stateDirectory'>): HubError | undefined {
  const pid = readPid(paths);
  if (pid === null || !isStopped(pid) || !isHub(pid, paths)) return undefined;
  return new HubError('hub-unreachable', `The hub (process ${pid}) does not answer: it is stopped (SIGSTOP).`, {
    hint: `Let it go on with \`kill -CONT ${pid}\`, or end it with \`swarm-tui hub stop --force\`; agents go on.`,
  });
}

/** What to say of a hub that listens and says nothing. */
export function silentHub(paths: Pick<HubPaths, 'stateDirectory'>, cause: unknown): HubError {
  const stopped = findStoppedHub(paths);
  if (stopped !== undefined) return stopped;
  const pid = findHubProcess(paths);
  const who = pid === null ? 'The hub' : `The hub (process ${pid})`;
  return new HubError('hub-unreachable', `${who} listens but does not answer.`, {
    hint: 'End it with `swarm-tui hub stop --force`; agents go on, and the next command starts it again.',
    cause,
  });
}

/**
 * Ends the hub of a state directory at once, whether it answers or not (SIGKILL); what it acknowledged is kept, and
 * agents go on. Gives its process id, null when none runs. Rejects with `timed-out` when it is not gone within 10 s.
 */
export async function killHub(paths: Pick<HubPaths, 'stateDirectory'>): Promise<number | null> {
  const pid = findHubProcess(paths);
  if (pid === null) return null;
  process.kill(pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 20) {
    if (!isHub(pid, paths)) return pid;
    await sleep(20);
  }
  throw new HubError('timed-out', `The hub (process ${pid}) was killed and is not gone yet.`);
}

function readPid(paths: Pick<HubPaths, 'stateDirectory'>): number | null {
  const pid = Number(readText(pidPath(paths)));
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

/** Whether that process is a hub of that directory: a number in a file may be another process's by now. */
function isHub(pid: number, { stateDirectory }: Pick<HubPaths, 'stateDirectory'>): boolean {
  if (process.platform !== 'linux') return wasStartedAsHub(pid, stateDirectory);
  try {
    const lock = join(realpathSync(stateDirectory), 'lock.db');
    const open = `/proc/${pid}/fd`;
    return readdirSync(open).some((name) => readLink(join(open, name)) === lock);
  } catch {
    return false;
  }
}

/** Without /proc: its command line is that of a hub, and it was started before its number was written. */
function wasStartedAsHub(pid: number, stateDirectory: string): boolean {
  return isHubProcess({
    command: ps(pid, 'command='),
    startedAt: Date.parse(ps(pid, 'lstart=')),
    notedAt: statSync(pidPath({ stateDirectory }), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  });
}

/** Whether a process may be the hub that wrote its number down at `notedAt`; times in milliseconds since the epoch. */
export function isHubProcess({
  command,
  startedAt,
  notedAt,
}: {
  readonly command: string;
  readonly startedAt: number;
  readonly notedAt: number;
}): boolean {
  // `ps` tells whole seconds.
  return /\shub\s+run(?:\s|$)/u.test(command) && startedAt <= notedAt + 1_000;
}

function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return ps(pid, 'stat=').startsWith('T');
  // The name in parentheses may hold anything.
  return /^ [Tt]/.test(readText(`/proc/${pid}/stat`).replace(/^.*\)/su, ''));
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).trim();
  } catch {
    return '';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
