import { connect } from 'node:net';
import { makeDirectory } from '@swarm-tui/core';
import type { Logger } from '@swarm-tui/ipc';
import { agentMarks } from '../client/agent-marks.ts';
import type { HubPaths } from '../client/hub-paths.ts';
import { pidPath } from '../client/hub-process.ts';
import { stoppedReason } from '../client/stopped-reason.ts';
import { hubLockedExitCode } from '../client/start-hub.ts';
import type { EventLog } from '../log/event-log.ts';
import { openEventLog } from '../log/open-event-log.ts';
import { HubError } from '../protocol/hub-error.ts';
import { toWireError } from '../protocol/wire-error.ts';
import type { FleetService } from './fleet-service.ts';
import { HubServer } from './hub-server.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { writePidFile } from './pid-file.ts';

/** What the background hub is made of. */
export interface RunHubOptions {
  readonly paths: HubPaths;
  /** Told to clients, who replace a hub that is older than they are. */
  readonly version: string;
  /** Makes the fleet over the log. The hub closes it. */
  readonly openFleet: (parts: { readonly log: EventLog; readonly logger: Logger }) => Promise<FleetService>;
  /** Entry of the log's worker thread, for programs that are bundled. @default beside this package's modules */
  readonly logWorkerUrl?: URL | undefined;
  /** How long to wait for a hub that is just ending. @default 5000 */
  readonly lockWaitMs?: number | undefined;
  /** Ends the hub like SIGTERM does. */
  readonly signal?: AbortSignal | undefined;
}

/** How long one try for the lock lasts before looking whether its holder answers. */
const lockStepMs = 200;

/** A hub that has a fault and cannot close in order ends without it. */
const faultExitMs = 5000;
/** One fault in a circle must not fill the log. */
const mostFaults = 20;

/**
 * Runs the background hub in this process until it is told to stop: by a client, SIGTERM, SIGINT or `signal`. SIGUSR1
 * makes its socket again. Settles with the exit code: 0, 75 when another hub holds the state directory, 1 when it failed,
 * which the hub log then explains.
 */
export async function runHub(options: RunHubOptions): Promise<number> {
  process.umask(0o077);
  // For a hub that was started by hand: what it starts must carry no marks of an agent either.
  for (const name of agentMarks) delete process.env[name];
  makeDirectory(options.paths.stateDirectory);
  using logger = openLogFile({ path: options.paths.logPath });
  try {
    return await serve(options, logger);
  } catch (error) {
    const failure = toWireError(error);
    logger.error({ event: 'hub.failed', ...failure });
    return failure.code === 'state-locked' ? hubLockedExitCode : 1;
  }
}

async function serve(
  { paths, version, openFleet, logWorkerUrl, lockWaitMs = 5000, signal }: RunHubOptions,
  logger: LogFile,
): Promise<number> {
  const stop = Promise.withResolvers<string>();
  const faults = listenToFaults(logger, () => stop.resolve('internal fault'));
  using _ = faults;
  using signals = listenToSignals((name) => stop.resolve(name));
  signal?.addEventListener('abort', () => stop.resolve('aborted'), { once: true });
  await using log = await openLogWhenFree({ paths, logWorkerUrl, lockWaitMs });
  using _pid = writePidFile(pidPath(paths));
  if (log.damage !== null) logger.warn({ event: 'hub.log-set-aside', ...log.damage });
  const damageAtOpen = log.damage;
  await using fleet = await openFleet({ log, logger });
  if (log.damage !== null && log.damage !== damageAtOpen) logger.warn({ event: 'hub.log-set-aside', ...log.damage });
  const server = await HubServer.listen({ fleet, log, paths, version, logger, onStop: stop.resolve });
  signals.onRepair(() => void server.repairSocket());
  logger.info({ event: 'hub.started', version, pid: process.pid, node: process.version });
  // The terminal or directory it was started from may go away.
  process.chdir('/');
  const reason = await stop.promise;
  logger.info({ event: 'hub.stopping', reason });
  // After a fault clients do not hear that it was told to stop, so that they start it again.
  await server.close(faults.hasFault() ? 'hub failed' : `${stoppedReason}: ${reason}`);
  return faults.hasFault() ? 1 : 0;
}

/** Waits for a hub that is ending or starting; gives way at once to one that answers. */
async function openLogWhenFree({
  paths,
  logWorkerUrl: workerUrl,
  lockWaitMs,
}: Pick<RunHubOptions, 'paths' | 'logWorkerUrl'> & { readonly lockWaitMs: number }): Promise<EventLog> {
  const { stateDirectory: directory, socketPath, fallbackSocketPath } = paths;
  const deadline = performance.now() + lockWaitMs;
  for (;;) {
    try {
      return await openEventLog({ directory, workerUrl, lockWaitMs: Math.min(lockWaitMs, lockStepMs) });
    } catch (error) {
      const isLocked = error instanceof HubError && error.code === 'state-locked';
      if (!isLocked || performance.now() >= deadline) throw error;
      if ((await isAnswering(socketPath)) || (await isAnswering(fallbackSocketPath))) throw error;
    }
  }
}

function isAnswering(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

interface Faults extends Disposable {
  hasFault(): boolean;
}

/** What nobody caught leaves the hub in a state that nobody knows: it is logged and the hub ends, in order if it can. */
function listenToFaults(logger: LogFile, stop: () => void): Faults {
  let count = 0;
  const onFault = (fault: unknown, kind: string): void => {
    count += 1;
    const stack = fault instanceof Error ? fault.stack : undefined;
    if (count <= mostFaults) logger.error({ event: 'hub.fault', kind, reason: String(fault), stack });
    if (count > 1) return;
    setTimeout(() => process.exit(1), faultExitMs).unref();
    stop();
  };
  const onRejection = (fault: unknown): void => onFault(fault, 'unhandledRejection');
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onRejection);
  return {
    hasFault: () => count > 0,
    [Symbol.dispose]: () => {
      process.off('uncaughtException', onFault);
      process.off('unhandledRejection', onRejection);
    },
  };
}

interface Signals extends Disposable {
  onRepair(repair: () => void): void;
}

function listenToSignals(stop: (name: string) => void): Signals {
  let repair = (): void => {};
  const handlers = {
    SIGTERM: () => stop('SIGTERM'),
    SIGINT: () => stop('SIGINT'),
    // The terminal it was started from went away: that is no reason to end.
    SIGHUP: () => {},
    SIGUSR1: () => repair(),
  } as const;
  for (const [name, handler] of Object.entries(handlers)) process.on(name, handler);
  return {
    onRepair: (next) => {
      repair = next;
    },
    [Symbol.dispose]: () => {
      for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
    },
  };
}
