/** When a child that ended is started again, and when no more. All durations in milliseconds. */
export interface BackoffPolicy {
  /** Wait after the first failure. */
  readonly firstDelayMs: number;
  /** Each further failure in a row multiplies the wait. */
  readonly factor: number;
  readonly maxDelayMs: number;
  /** Up to this share of the wait is taken off at random, so that many do not start at once. 0 to 1. */
  readonly jitter: number;
  /** Gives up when so many runs in a row failed, each shorter than `quickMs`. */
  readonly maxFailures: number;
  readonly quickMs: number;
  /** A run that stayed up this long makes the count start anew. */
  readonly resetAfterMs: number;
  readonly restartsAfterCleanExit: boolean;
  /** Exit codes after which starting again is pointless. */
  readonly fatalExitCodes: readonly number[];
}

/** Seed `agent-container.md`: 2ⁿ s, at most 5 failures in a row, a clean exit ends. */
export const agentContainerPolicy: BackoffPolicy = {
  firstDelayMs: 2_000,
  factor: 2,
  maxDelayMs: 32_000,
  jitter: 0,
  maxFailures: 5,
  quickMs: Number.POSITIVE_INFINITY,
  resetAfterMs: 60_000,
  restartsAfterCleanExit: false,
  fatalExitCodes: [],
};

/**
 * Seed `agentchat.md`: 5 → 10 → 20 s … up to 5 minutes, also after a clean exit; gives up at exit code 2 or after 10
 * crashes within 10 s each.
 */
export const bridgePolicy: BackoffPolicy = {
  firstDelayMs: 5_000,
  factor: 2,
  maxDelayMs: 300_000,
  jitter: 0,
  maxFailures: 10,
  quickMs: 10_000,
  resetAfterMs: 300_000,
  restartsAfterCleanExit: true,
  fatalExitCodes: [2],
};

/** How long to wait after so many failures in a row (1 is the first; 0, after a clean exit, waits like the first). */
export function backoffDelay(policy: BackoffPolicy, failures: number, random: () => number = Math.random): number {
  const { firstDelayMs, factor, maxDelayMs, jitter } = policy;
  const full = Math.min(maxDelayMs, firstDelayMs * factor ** Math.max(0, failures - 1));
  return Math.round(full * (1 - jitter * random()));
}
