import type { Activity, Evidence, EvidenceSource, ExplainedEvidence } from './activity.ts';
import type { ActivityInputs } from './activity-inputs.ts';
import { explainEvidence } from './explain-evidence.ts';
import { weighEvidence } from './weigh-evidence.ts';
import type { Weighed } from './weigh-evidence.ts';

/** What an agent is doing, and why we say so. */
export interface ActivityVerdict {
  readonly activity: Activity;
  /** One sentence for people: which source decided and why. */
  readonly because: string;
  /** One row for each source, in order of trust. */
  readonly evidence: readonly ExplainedEvidence[];
  /** When time alone would change the verdict; null when only news can. */
  readonly nextCheckAt: number | null;
}

/** A verdict of weak sources stays this long before another of them may replace it. */
export const holdMs = 1_000;
/** Strong sources may contradict each other this long (one of them is slower) before the conflict is shown. */
const conflictMs = 3_000;

const weakSources: ReadonlySet<EvidenceSource> = new Set(['title', 'screen', 'output', 'process']);

// Safer is what keeps a person from being missed and keys from being typed: waiting, then error, then working.
const safety = { waiting: 5, error: 4, working: 3, starting: 2, idle: 1, unknown: 0 } as const;

interface Decision {
  readonly decider: Weighed;
  readonly conflictWith: Weighed | null;
  readonly nextCheckAt: number | null;
}

function contradicts(one: Weighed, other: Weighed): boolean {
  return (
    one.evidence.state !== other.evidence.state &&
    one.evidence.state !== 'unknown' &&
    other.evidence.state !== 'unknown'
  );
}

/** The most trusted source decides, unless a strong one has contradicted it for too long with a safer word. */
function decide(weighed: readonly Weighed[], nowMs: number): Decision | null {
  const [trusted] = weighed.filter((item) => item.isUsable);
  if (!trusted) return null;
  const opponents = weighed.filter((item) => item.isUsable && item.isStrong && contradicts(trusted, item));
  if (!trusted.isStrong || opponents.length === 0) return { decider: trusted, conflictWith: null, nextCheckAt: null };
  const ripe = opponents.filter((item) => ripeAt(trusted, item) <= nowMs);
  const waits = opponents.map((item) => ripeAt(trusted, item)).filter((at) => at > nowMs);
  const nextCheckAt = waits.length === 0 ? null : Math.min(...waits);
  const [safest] = [trusted, ...ripe].toSorted((a, b) => safety[b.evidence.state] - safety[a.evidence.state]);
  if (ripe.length === 0 || !safest) return { decider: trusted, conflictWith: null, nextCheckAt };
  const conflictWith = safest === trusted ? (ripe[0] ?? null) : trusted;
  return { decider: safest, conflictWith, nextCheckAt };
}

function ripeAt(one: Weighed, other: Weighed): number {
  return Math.max(one.evidence.at, other.evidence.at) + conflictMs;
}

function certaintyOf({ decider, conflictWith }: Decision, weighed: readonly Weighed[]): Activity['certainty'] {
  if (conflictWith || decider.evidence.state === 'unknown') return 'low';
  const { source } = decider.evidence;
  if (source === 'protocol' || source === 'hook' || source === 'signal') return 'high';
  const isConfirmed = weighed.some(
    (item) => item !== decider && item.isUsable && item.isStrong && item.evidence.state === decider.evidence.state,
  );
  if (source === 'title' || source === 'screen') return isConfirmed ? 'high' : 'medium';
  return decider.isAssumed ? 'low' : 'medium';
}

/** The first that is told, by the decider or by those that agree with it. */
function firstWord<Key extends 'reason' | 'detail' | 'resetsAt'>(
  key: Key,
  decider: Weighed,
  weighed: readonly Weighed[],
): NonNullable<Evidence[Key]> | null {
  const agreeing = weighed.filter((item) => item.isUsable && item.evidence.state === decider.evidence.state);
  for (const { evidence } of [decider, ...agreeing]) {
    const word = evidence[key];
    if (word !== null && word !== undefined) return word;
  }
  return null;
}

function isSameState(one: Activity, other: Activity): boolean {
  if (one.state !== other.state || one.reason !== other.reason) return false;
  // A second dialog right after the first is a new wait.
  return one.state !== 'waiting' || one.detail === other.detail || one.detail === null || other.detail === null;
}

function sinceOf(next: Activity, decider: Weighed, previous: Activity | null, nowMs: number): number {
  if (!previous) return Math.min(decider.evidence.at, nowMs);
  if (isSameState(previous, next)) return Math.min(previous.since, nowMs);
  // Weak sources notice late, and the hold time counts from what was shown.
  if (weakSources.has(decider.evidence.source)) return nowMs;
  return Math.min(nowMs, Math.max(previous.since, decider.evidence.at));
}

/** Weak sources flicker: a change they want waits until the present state has stood for a while. Safer words never wait. */
function heldUntil(next: Activity, decision: Decision, previous: Activity | null, nowMs: number): number | null {
  if (!previous || previous.state === next.state || !weakSources.has(decision.decider.evidence.source)) return null;
  if (decision.conflictWith || safety[next.state] >= safety.error) return null;
  if (previous.state === 'starting' || previous.since > nowMs) return null;
  const until = previous.since + holdMs;
  return until > nowMs ? until : null;
}

function because(decision: Decision, weighed: readonly Weighed[]): string {
  const { decider, conflictWith } = decision;
  const said = `${decider.evidence.source} (${decider.evidence.says})`;
  if (conflictWith) {
    const other = `${conflictWith.evidence.source} (${conflictWith.evidence.says})`;
    return `Because ${said} and ${other} have contradicted each other for over ${conflictMs / 1000} s: the safer one is shown.`;
  }
  const agreeing = weighed.filter(
    (item) => item !== decider && item.isUsable && item.evidence.state === decider.evidence.state,
  );
  const ending =
    agreeing.length === 0
      ? ''
      : `, and ${agreeing.map((item) => item.evidence.source).join(', ')} agree${agreeing.length === 1 ? 's' : ''}`;
  return `Because ${said} ${decider.why}${ending}.`;
}

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

const nobody: Activity = {
  state: 'unknown',
  reason: null,
  detail: null,
  since: 0,
  certainty: 'low',
  conflict: false,
  resetsAt: null,
};

/**
 * What an agent is doing, from all that is known of it (design, section 3). Pure: the same inputs at the same time
 * give the same verdict, whatever the order of the evidence. Never throws.
 */
export function fuseActivity(inputs: ActivityInputs, nowMs: number): ActivityVerdict {
  const { weighed, expiresAt } = weighEvidence(inputs, nowMs);
  const previous = inputs.previous && inputs.previous.since >= inputs.startedAt ? inputs.previous : null;
  const decision = decide(weighed, nowMs);
  if (!decision) {
    const since = previous?.state === 'unknown' ? previous.since : nowMs;
    const activity = { ...nobody, since };
    return {
      activity,
      because: 'Because the process has ended.',
      evidence: explainEvidence(weighed, null),
      nextCheckAt: null,
    };
  }
  const { decider } = decision;
  const wanted: Activity = {
    state: decider.evidence.state,
    reason: firstWord('reason', decider, weighed),
    detail: firstWord('detail', decider, weighed),
    since: 0,
    certainty: certaintyOf(decision, weighed),
    conflict: decision.conflictWith !== null,
    resetsAt: firstWord('resetsAt', decider, weighed),
  };
  const held = heldUntil(wanted, decision, previous, nowMs);
  const rows = explainEvidence(weighed, decider);
  const nextCheckAt = earliest(expiresAt, decision.nextCheckAt, held);
  if (held !== null && previous) {
    const reason = `Because it was ${previous.state} less than ${holdMs / 1000} s ago; ${decider.evidence.source} (${decider.evidence.says}) says ${wanted.state}.`;
    return { activity: { ...previous, conflict: false }, because: reason, evidence: rows, nextCheckAt };
  }
  const activity = { ...wanted, since: sinceOf(wanted, decider, previous, nowMs) };
  return { activity, because: because(decision, weighed), evidence: rows, nextCheckAt };
}
