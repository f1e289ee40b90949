import { silentLogger, type Logger } from '../logger.ts';
import type { MessageStore, StoreCallOptions } from './message-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import { defaultStoreLimits, type StoreLimits } from './store-limits.ts';
import { StoreThread } from './store-thread.ts';

export interface OpenMessageStoreOptions extends StoreCallOptions {
  /** Made, for its owner only, when it is not there. One store at a time holds it. */
  readonly directory: string;
  readonly limits?: Partial<StoreLimits> | undefined;
  /** Between two drops of what is too old. @default 300000 */
  readonly pruneMs?: number | undefined;
  /** How long to wait for another holder of the directory. @default 0 */
  readonly lockWaitMs?: number | undefined;
  /** Entry of the worker thread, for programs that are bundled. @default `store-worker.js` beside this module */
  readonly workerUrl?: URL | undefined;
  /** Milliseconds since 1970; may jump. @default Date.now */
  readonly now?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Opens the durable messages of a directory and holds it until dispose or the end of the process. A damaged database is
 * moved aside and an empty one begun (`damage`). Rejects with `IpcError` `store-locked`, `store-too-new`, `store-full` or
 * `store-failed`.
 */
export async function openMessageStore({
  directory,
  limits,
  pruneMs = 5 * 60_000,
  lockWaitMs = 0,
  workerUrl = new URL('./store-worker.js', import.meta.url),
  now = Date.now,
  logger = silentLogger,
  signal,
}: OpenMessageStoreOptions): Promise<MessageStore> {
  const bounds = { ...defaultStoreLimits, ...limits };
  const thread = new StoreThread({
    workerUrl,
    data: { directory, limits: bounds, lockWaitMs },
    now: () => Math.floor(now() * 1000),
    onDamage: ({ path, reason }) => logger.error({ event: 'store.damaged', path, reason }),
  });
  try {
    const lastTime = await thread.call('open', {}, signal);
    return new SqliteStore({ thread, lastTime, limits: bounds, pruneMs, now, logger });
  } catch (error) {
    await thread.kill();
    throw error;
  }
}
