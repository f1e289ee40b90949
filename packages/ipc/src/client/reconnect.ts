export interface ReconnectOptions {
  /** Pause before the first new try. @default 100 */
  readonly initialMs?: number | undefined;
  /** @default 2 */
  readonly factor?: number | undefined;
  /** @default 5000 */
  readonly maxMs?: number | undefined;
}

/**
 * Pause before try number `attempt` (0 is the first after a loss): grows by `factor` up to `maxMs`, and is cut by up to a
 * half, so that clients who lost the same server do not come back all at once. `random` is in [0, 1).
 */
export function reconnectDelayMs(attempt: number, options: ReconnectOptions, random: number): number {
  const { initialMs = 100, factor = 2, maxMs = 5000 } = options;
  return Math.min(maxMs, initialMs * factor ** attempt) * (1 - random / 2);
}
