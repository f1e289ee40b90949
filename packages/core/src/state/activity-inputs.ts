import type { Activity, Evidence } from './activity.ts';

/** All that is known of one running agent at one moment. */
export interface ActivityInputs {
  /** The process runs. Once it ended, only `process` evidence counts. */
  readonly lifecycleAlive: boolean;
  /** When the present process started; what was said before it is stale. Milliseconds since the epoch, as all times. */
  readonly startedAt: number;
  /** The latest word of each source, in any order; of several by one source the latest counts. */
  readonly evidence: readonly Evidence[];
  /** When the live screen last changed; 0 when that is not known. */
  readonly screenChangedAt: number;
  /** When bytes last came from the agent; 0 for never. */
  readonly outputAt: number;
  /** When a person last typed into the agent; 0 for never. Output that is only their echo is no work. */
  readonly typedAt: number;
  /** What was shown until now; null at first. */
  readonly previous: Activity | null;
}
