import type { HubConnection } from '@swarm-tui/hub/client';

/** How a hub that is gone is started again. */
export interface ReviveOptions {
  /** Starts a hub, or finds the one that somebody else has started. */
  readonly start: (signal: AbortSignal) => Promise<void>;
  /** After losing it: a hub that is being replaced needs no help. @default 1000 */
  readonly firstMs?: number;
}

const longestMs = 30_000;

/**
 * Starts the hub again when it was lost and stays away: without it a killed hub would be away for as long as the UI is open.
 * One that somebody stopped stays stopped until `reconnectNow`.
 */
export function reviveHub(hub: HubConnection, { start, firstMs = 1000 }: ReviveOptions): Disposable {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  const rest = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const plan = (delayMs: number): void => {
    timer = setTimeout(() => void tryOnce(delayMs), delayMs);
    timer.unref();
  };
  const tryOnce = async (delayMs: number): Promise<void> => {
    // the header tells that it is lost; the next try may do better
    await start(ended.signal).then(
      () => hub.reconnectNow(),
      () => undefined,
    );
    if (timer !== null && !ended.signal.aborted) plan(Math.min(longestMs, delayMs * 2));
  };
  const stop = hub.onConnection((connection) => {
    if (connection.state === 'connected') rest();
    else if (connection.state === 'lost' && connection.isStopped !== true && timer === null) plan(firstMs);
  });
  return {
    [Symbol.dispose]() {
      ended.abort();
      rest();
      stop();
    },
  };
}
