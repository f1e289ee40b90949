export interface ReconnectOptions {
  /** Pause before the first new try. @default 100 */
  readonly initialMs?: number | undefined;
  /** @default 2 */
  readonly factor?: number | undefined;
  /** @default 5000 */
  readonly maxMs?: number | undefined;
  /** Tries in a row after which the client is closed. @default without end */
  readonly attempts?: number | undefined;
}

/** The defaults of symposium-ipc, section 5: what a peer that follows the document does. */
export const documentReconnect: ReconnectOptions = { initialMs: 1000, factor: 2, maxMs: 30_000, attempts: 10 };

/**
 * Pause before try number `attempt` (0 is the first after a loss): grows by `factor` up to `maxMs`, and is cut by up to a
 * half, so that clients who lost the same server do not come back all at once. `random` is in [0, 1).
 */
export function reconnectDelayMs(attempt: number, options: ReconnectOptions, random: number): number {
  const { initialMs = 100, factor = 2, maxMs = 5000 } = options;
  return Math.min(maxMs, initialMs * factor ** attempt) * (1 - random / 2);
}
