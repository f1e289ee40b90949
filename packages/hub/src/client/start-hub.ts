import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from '../protocol/hub-error.ts';
import { WireError } from '../protocol/wire-error.ts';
import type { HubPaths } from './hub-paths.ts';
import { spawnHub } from './spawn-hub.ts';

/** Exit code of a hub that found another one holding the state directory (`EX_TEMPFAIL` of sysexits.h). */
export const hubLockedExitCode = 75;

/** What to start, and how to find out that it answers. */
export interface StartHubOptions<T> {
  /** Program and arguments of the hub process. No shell sees them. */
  readonly command: readonly string[];
  readonly paths: HubPaths;
  /** Gives what a hub answered, whichever process it is; null while none does. */
  readonly probe: () => Promise<T | null>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const probeIntervalMs = 15;
const shownLines = 5;

/**
 * Starts a hub that outlives this process, see `spawnHub`. Settles when a hub answers. Rejects with `hub-start-failed` and the last lines of the log.
 */
export async function startHub<T>({ command, paths, probe, timeoutMs, signal }: StartHubOptions<T>): Promise<T> {
  const logStart = statSync(paths.logPath, { throwIfNoEntry: false })?.size ?? 0;
  const { exited } = spawnHub(command, paths);
  const deadline = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const answer = await probe();
    if (answer !== null) return answer;
    signal.throwIfAborted();
    const exit = await Promise.race([exited, sleep(probeIntervalMs, null)]);
    // A hub that was started at the same moment won: it answers in a moment.
    const hasFailed = exit !== null && exit !== hubLockedExitCode;
    if (exit === hubLockedExitCode) await sleep(probeIntervalMs);
    if (hasFailed || deadline.aborted) throw startFailed(paths, logStart, hasFailed ? exit : null);
  }
}

function startFailed({ logPath }: HubPaths, logStart: number, exit: number | string | null): HubError {
  const lines = readLog(logPath, logStart);
  const known = lines.map(readFailure).findLast((failure) => failure !== null);
  const how = exit === null ? 'it did not answer in time' : `it ended with ${exit}`;
  const what = known?.message ?? [how, ...lines.slice(-shownLines)].join('\n  ');
  return new HubError('hub-start-failed', `The hub did not start: ${what}`, {
    hint: known?.hint ?? `The hub log says more: ${logPath}`,
    reason: known?.code,
  });
}

function readLog(path: string, start: number): readonly string[] {
  try {
    const text = readFileSync(path).subarray(start).toString('utf8');
    return text.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}

/** The hub's last words, when the line is one of its own that tells of a failure. */
function readFailure(line: string): WireError | null {
  try {
    return WireError.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
