import type { FleetStore } from './fleet-store.ts';

/** Which agent to wait for, until what, and how long. */
export interface StoreWait {
  readonly id: string;
  /** Asked now and after each change of the agent. */
  readonly isThere: () => boolean;
  readonly timeoutMs: number;
  /** Ends the wait early; it then rejects with its reason. */
  readonly signal: AbortSignal;
}

/** Settles with true once an agent is as wanted, with false when the time is over. */
export async function waitFor(store: FleetStore, { id, isThere, timeoutMs, signal }: StoreWait): Promise<boolean> {
  signal.throwIfAborted();
  if (isThere()) return true;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onAbort = () => reject(signal.reason);
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const stop = store.subscribe((change) => {
    if (change.id === id && isThere()) resolve(true);
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
