import * as z from 'zod';
import { lazyShape } from '../lazy-shape.ts';

/** First axis of state, from the runtime (design, section 3). */
export const Lifecycle = z.enum(['queued', 'provisioning', 'running', 'paused', 'stopped', 'lost', 'unreachable']);
/** Whether an agent runs, from its runtime. */
export type Lifecycle = z.infer<typeof Lifecycle>;

/** Second axis, meaningful only while the lifecycle is `running`. */
export const ActivityState = z.enum(['starting', 'working', 'waiting', 'idle', 'error', 'unknown']);
/** What an agent that runs is doing. */
export type ActivityState = z.infer<typeof ActivityState>;

/**
 * Sources of evidence in order of trust, strongest first (design, section 3). `signal` is what an agent says of itself
 * in escape sequences (OSC 7501 state, 9;4 progress, 133 prompt marks, notices); `title` is read by rules.
 */
export const EvidenceSource = z.enum(['protocol', 'hook', 'signal', 'title', 'screen', 'output', 'process']);
/** Who says what an agent is doing, the most trusted first. */
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** What one source last said. */
export const Evidence = z.object(
  lazyShape(() => ({
    source: EvidenceSource,
    /** What exactly was seen, for people: "OSC 7501 state=blocked", "rule claude/2.1/permission". */
    says: z.string(),
    state: ActivityState,
    /** `permission`, `question`, `plan`; `auth`, `rate-limit`, `usage-limit`, `api`, `crash`; an open set. */
    reason: z.string().nullable(),
    /** The real thing that is asked or done: "rm -rf build". */
    detail: z.string().nullable(),
    /** Milliseconds since the epoch. */
    at: z.number(),
    /** For limits that heal by themselves: when, milliseconds since the epoch. */
    resetsAt: z.number().nullable().optional(),
  })),
);
/** What one source says, and when (ms since the epoch). */
export type Evidence = z.infer<typeof Evidence>;

/** The verdict over all sources. */
export const Activity = z.object({
  state: ActivityState,
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  /** When this state began, milliseconds since the epoch. */
  since: z.number(),
  certainty: z.enum(['high', 'medium', 'low']),
  /** Two strong sources have contradicted each other for over 3 s; the safer one is shown. */
  conflict: z.boolean(),
  /** For limits that heal by themselves: when, milliseconds since the epoch. */
  resetsAt: z.number().nullable(),
});
/** What an agent is doing, why, since when (ms since the epoch) and how sure that is. */
export type Activity = z.infer<typeof Activity>;

/** One row of `explain`: a source, what it said, and what came of it. */
export const ExplainedEvidence = z.object(
  lazyShape(() => ({
    ...Evidence.shape,
    /** 1 is the strongest. */
    trust: z.number().int(),
    verdict: z.enum(['decides', 'agrees', 'overruled', 'stale', 'absent']),
  })),
);
/** Evidence with what became of it in the verdict. */
export type ExplainedEvidence = z.infer<typeof ExplainedEvidence>;
