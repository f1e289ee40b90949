import { AccessControl, IpcDaemon, TokenStore } from '@swarm-tui/ipc';
import type { CliContext } from '../cli-context.ts';
import { programFiles } from '../../launch/program-files.ts';

interface DaemonPlaces {
  readonly socketPath: string;
  readonly messages: string;
  readonly tokens: string;
}

/** How long another daemon on the same socket has to hand it over. */
const TAKE_OVER_MS = 10_000;

/** `ipc daemon`: until Ctrl+C, SIGTERM, or until a newer one takes over. */
export async function runDaemon(context: CliContext, places: DaemonPlaces): Promise<void> {
  const { signal } = context;
  const ended = Promise.withResolvers<string>();
  const end = (): void => ended.resolve('shutdown');
  await using tokens = await TokenStore.open({ directory: places.tokens });
  await using daemon = await IpcDaemon.listen({
    socketPath: places.socketPath,
    store: { directory: places.messages, workerUrl: programFiles.storeWorker },
    access: new AccessControl({ tokens }),
    takeOverMs: TAKE_OVER_MS,
    signal,
    onLeave: ended.resolve,
  });
  signal.addEventListener('abort', end, { once: true });
  process.once('SIGTERM', end);
  try {
    await context.write('DAEMON_READY\n');
    await daemon.close(await ended.promise);
  } finally {
    signal.removeEventListener('abort', end);
    process.off('SIGTERM', end);
  }
}
