import { setTimeout as sleep } from 'node:timers/promises';
import { createUnixDial } from '../client/dial.ts';
import { ServerConnection } from '../client/server-connection.ts';
import { IpcError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { tryLockFile } from '../store/store-lock.ts';
import type { DaemonLimits } from './daemon-limits.ts';

const RETRY_MS = 20;

export interface DaemonLockOptions {
  readonly socketPath: string;
  readonly limits: DaemonLimits;
  readonly logger: Logger;
  /** Asks the daemon that holds the socket to leave, and waits so long for it. 0: do not ask. */
  readonly takeOverMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes this process the only one that serves a socket, by a lock that the kernel ends with the process. Rejects with
 * `address-in-use` when another one serves it and stays.
 */
export async function lockSocket(options: DaemonLockOptions): Promise<Disposable> {
  const { socketPath, takeOverMs, signal } = options;
  const path = `${socketPath}.lock`;
  const free = tryLockFile(path, 0);
  if (free) return free;
  if (takeOverMs > 0) await askToLeave(options);
  for (const end = performance.now() + takeOverMs; performance.now() < end; ) {
    signal?.throwIfAborted();
    const lock = tryLockFile(path, 0);
    if (lock) return lock;
    await sleep(RETRY_MS);
  }
  throw new IpcError('address-in-use', `Another daemon serves ${socketPath}.`);
}

/** One that does not answer may be on its way out already: the lock tells. */
async function askToLeave({ socketPath, limits, logger, takeOverMs }: DaemonLockOptions): Promise<void> {
  const timeout = AbortSignal.timeout(takeOverMs);
  try {
    const link = await createUnixDial(socketPath, 'json-lines', limits)(timeout);
    const connection = new ServerConnection({ link, limits, heartbeat: {}, logger, onEvent: () => undefined });
    try {
      const envelope = { type: 'daemon_handover', id: 'handover', payload: { reason: 'a newer daemon takes over' } };
      await connection.exchange(envelope, { signal: timeout });
    } finally {
      connection.destroy('asked');
    }
  } catch (cause) {
    logger.debug({ event: 'daemon.handover-unanswered', socketPath, cause });
  }
}
