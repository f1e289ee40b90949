/** A clock for everything that is compared: it follows the wall clock but never goes back. */
export interface SteadyClock {
  /** Milliseconds since the epoch, by the wall clock unless that was put back. */
  readonly now: () => number;
  /** What was logged before must not lie ahead: goes on from `at` when the wall clock was put back since. */
  readonly startFrom: (at: number) => void;
}

/** What a steady clock is made of. */
export interface SteadyClockOptions {
  /** @default Date.now */
  readonly wall?: (() => number) | undefined;
  /** Runs on evenly, whatever is done to the wall clock. @default performance.now */
  readonly elapsed?: (() => number) | undefined;
}

/** A step back of less than this is waited out. */
const smallStepMs = 1_000;
/** A logged time further ahead comes from a clock that was wrong then; it is not followed. */
const farAheadMs = 7 * 86_400_000;

/**
 * Makes a steady clock. After the wall clock was put back it runs on from where it was: nothing that was planned or
 * timed waits until the wall clock gets there again.
 */
export function createSteadyClock({
  wall = Date.now,
  elapsed = () => performance.now(),
}: SteadyClockOptions = {}): SteadyClock {
  let time = wall();
  let seenAt = elapsed();
  const now = (): number => {
    const passed = elapsed() - seenAt;
    seenAt += passed;
    const said = wall();
    if (said >= time) time = said;
    else if (time - said > smallStepMs) time += passed;
    return Math.trunc(time);
  };
  const startFrom = (at: number): void => {
    if (at > now() && at - time <= farAheadMs) time = at;
  };
  return { now, startFrom };
}
