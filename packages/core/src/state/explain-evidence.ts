import { EvidenceSource } from './activity.ts';
import type { ExplainedEvidence } from './activity.ts';
import type { Weighed } from './weigh-evidence.ts';

const silent: Readonly<Record<EvidenceSource, string>> = {
  protocol: 'not spoken by this agent',
  hook: 'none came',
  signal: 'none came',
  title: 'no word',
  screen: 'no rule matches',
  output: 'none yet',
  process: 'not known',
};

function verdictOf(item: Weighed, decider: Weighed | null): ExplainedEvidence['verdict'] {
  if (item === decider) return 'decides';
  if (!item.isUsable) return 'stale';
  return item.evidence.state === decider?.evidence.state ? 'agrees' : 'overruled';
}

/** One row for each source, most trusted first; sources without a word are `absent`, with `at` 0. */
export function explainEvidence(weighed: readonly Weighed[], decider: Weighed | null): readonly ExplainedEvidence[] {
  const rows = weighed.map(
    (item, index): ExplainedEvidence => ({
      ...item.evidence,
      trust: index + 1,
      verdict: verdictOf(item, decider),
    }),
  );
  const absent = EvidenceSource.options
    .filter((source) => !weighed.some((item) => item.evidence.source === source))
    .map(
      (source, index): ExplainedEvidence => ({
        source,
        says: silent[source],
        state: 'unknown',
        reason: null,
        detail: null,
        at: 0,
        trust: rows.length + index + 1,
        verdict: 'absent',
      }),
    );
  return [...rows, ...absent];
}
