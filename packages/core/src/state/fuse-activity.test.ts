import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivityInputs } from './activity-inputs.ts';
import { Activity, ActivityState, EvidenceSource, ExplainedEvidence } from './activity.ts';
import type { Evidence } from './activity.ts';
import { fuseActivity, holdMs } from './fuse-activity.ts';

const start = 1_000_000;
const now = start + 60_000;

function says(source: EvidenceSource, state: ActivityState, more: Partial<Evidence> = {}): Evidence {
  return { source, says: `${source} says ${state}`, state, reason: null, detail: null, at: now - 10_000, ...more };
}

function inputs(more: Partial<ActivityInputs> = {}): ActivityInputs {
  return {
    lifecycleAlive: true,
    startedAt: start,
    evidence: [],
    screenChangedAt: 0,
    outputAt: 0,
    typedAt: 0,
    previous: null,
    ...more,
  };
}

function activity(state: ActivityState, since: number, more: Partial<Activity> = {}): Activity {
  return { state, reason: null, detail: null, since, certainty: 'medium', conflict: false, resetsAt: null, ...more };
}

function stateOf(more: Partial<ActivityInputs>, at = now): ActivityState {
  return fuseActivity(inputs(more), at).activity.state;
}

function verdictsOf(more: Partial<ActivityInputs>): Record<string, string> {
  return Object.fromEntries(fuseActivity(inputs(more), now).evidence.map((row) => [row.source, row.verdict]));
}

describe('fuseActivity, order of trust', () => {
  const weakerAndWeaker: readonly Evidence[] = [
    says('protocol', 'waiting'),
    says('hook', 'idle'),
    says('signal', 'error'),
    says('title', 'working'),
    says('screen', 'idle'),
    says('process', 'working'),
  ];

  it.each([
    [0, 'waiting'],
    [3, 'working'],
    [4, 'idle'],
    [5, 'working'],
  ])('without the %i strongest it is %s', (missing, state) => {
    expect(stateOf({ evidence: weakerAndWeaker.slice(missing).map((item) => ({ ...item, at: now - 100 })) })).toBe(
      state,
    );
  });

  it('believes a hook that is younger than the last screen change', () => {
    const evidence = [says('hook', 'waiting', { at: now - 900 }), says('signal', 'working', { at: now - 1_000 })];
    expect(stateOf({ evidence, screenChangedAt: now - 1_500 })).toBe('waiting');
  });

  it('believes a hook whose consequence was painted right after it', () => {
    expect(stateOf({ evidence: [says('hook', 'waiting', { at: now - 900 })], screenChangedAt: now - 600 })).toBe(
      'waiting',
    );
  });

  it('does not believe an older hook by itself', () => {
    const evidence = [says('hook', 'waiting', { at: now - 9_000 })];
    expect(stateOf({ evidence, screenChangedAt: now - 2_000 })).toBe('unknown');
    expect(verdictsOf({ evidence, screenChangedAt: now - 2_000 })).toMatchObject({ hook: 'stale' });
  });

  it('believes an older hook that the screen confirms, before the title', () => {
    const evidence = [
      says('hook', 'waiting', { at: now - 2_500, reason: 'permission' }),
      says('screen', 'waiting', { at: now - 1_900 }),
      says('title', 'idle', { at: now - 2_000 }),
    ];
    const verdict = fuseActivity(inputs({ evidence, screenChangedAt: now - 1_950 }), now);
    expect(verdict.activity).toMatchObject({ state: 'waiting', reason: 'permission', certainty: 'high' });
    expect(verdict.because).toContain('is confirmed by the screen');
  });

  it('does not judge by a screen that has changed since it was read', () => {
    expect(stateOf({ evidence: [says('screen', 'waiting', { at: now - 9_000 })], screenChangedAt: now - 5_000 })).toBe(
      'unknown',
    );
  });

  it('takes what was said before the process started for stale', () => {
    expect(stateOf({ evidence: [says('signal', 'waiting', { at: start - 1 })] })).toBe('unknown');
  });

  it('takes the latest of several words by one source', () => {
    const evidence = [says('signal', 'working', { at: now - 50 }), says('signal', 'idle', { at: now - 60 })];
    expect(stateOf({ evidence })).toBe('working');
  });

  it('does not let a word of "unknown" hide a weaker source', () => {
    expect(stateOf({ evidence: [says('title', 'unknown'), says('screen', 'idle')] })).toBe('idle');
  });
});

describe('fuseActivity, life signs', () => {
  it('is starting when nothing is known of a young process, and honest later', () => {
    expect(stateOf({}, start + 100)).toBe('starting');
    expect(stateOf({ outputAt: start + 90 }, start + 100)).toBe('starting');
    expect(stateOf({}, start + 5_000)).toBe('unknown');
  });

  it('says when starting will end', () => {
    expect(fuseActivity(inputs(), start + 100).nextCheckAt).toBe(start + 5_000);
  });

  it('does not go back to starting', () => {
    expect(stateOf({ previous: activity('idle', start + 10), outputAt: start + 2_000 }, start + 2_100)).toBe('working');
  });

  it('works while bytes came in the last 1.5 s, then says so no more', () => {
    const verdict = fuseActivity(inputs({ outputAt: now - 1_499 }), now);
    expect(verdict).toMatchObject({ activity: { state: 'working', certainty: 'low' }, nextCheckAt: now + 1 });
    expect(stateOf({ outputAt: now - 1_500 })).toBe('unknown');
  });

  it('takes the echo of typed keys for no work', () => {
    expect(stateOf({ outputAt: now - 100, typedAt: now - 110 })).toBe('unknown');
    expect(stateOf({ outputAt: now - 100, typedAt: now - 5_000 })).toBe('working');
  });

  it('is idle while a shell is in the foreground, though its prompt is being drawn', () => {
    expect(stateOf({ evidence: [says('process', 'idle')], outputAt: now - 100 })).toBe('idle');
  });

  it('believes the marks of a shell more than its foreground program', () => {
    expect(
      stateOf({ evidence: [says('process', 'idle', { at: now - 5 }), says('signal', 'working', { at: now - 6 })] }),
    ).toBe('working');
  });

  it('tells a crash after the end, from the process alone', () => {
    const evidence = [
      says('signal', 'working'),
      says('process', 'error', { reason: 'crash', detail: 'exit 3', at: now }),
    ];
    expect(fuseActivity(inputs({ lifecycleAlive: false, evidence }), now).activity).toMatchObject({
      state: 'error',
      reason: 'crash',
      detail: 'exit 3',
    });
  });

  it('knows nothing of the activity of what has ended well', () => {
    const verdict = fuseActivity(
      inputs({ lifecycleAlive: false, evidence: [says('signal', 'working')], outputAt: now - 5 }),
      now,
    );
    expect(verdict).toMatchObject({
      activity: { state: 'unknown' },
      because: 'Because the process has ended.',
      nextCheckAt: null,
    });
  });
});

describe('fuseActivity, conflicts', () => {
  const evidence = [
    says('signal', 'working', { at: now - 8_000 }),
    says('screen', 'waiting', { at: now - 2_999, reason: 'permission' }),
  ];

  it('trusts the stronger source for 3 s', () => {
    const verdict = fuseActivity(inputs({ evidence }), now);
    expect(verdict).toMatchObject({ activity: { state: 'working', conflict: false }, nextCheckAt: now + 1 });
  });

  it('then shows the safer one, marked', () => {
    const verdict = fuseActivity(inputs({ evidence }), now + 1);
    expect(verdict.activity).toMatchObject({
      state: 'waiting',
      reason: 'permission',
      conflict: true,
      certainty: 'low',
    });
    expect(verdict.because).toContain('have contradicted each other for over 3 s');
  });

  it('marks the conflict also when the stronger source is the safer one', () => {
    const both = [says('signal', 'waiting', { at: now - 8_000 }), says('title', 'working', { at: now - 4_000 })];
    expect(fuseActivity(inputs({ evidence: both }), now).activity).toMatchObject({ state: 'waiting', conflict: true });
  });

  it('does not take a screen that merely looks idle for a contradiction', () => {
    const both = [says('signal', 'working', { at: now - 8_000 }), says('screen', 'idle', { at: now - 4_000 })];
    expect(fuseActivity(inputs({ evidence: both }), now).activity).toMatchObject({ state: 'working', conflict: false });
  });
});

describe('fuseActivity, hold times and since', () => {
  it('holds a state against a weaker word of a weak source', () => {
    const previous = activity('working', now - 400);
    const verdict = fuseActivity(inputs({ previous, evidence: [says('screen', 'idle', { at: now })] }), now);
    expect(verdict).toMatchObject({ activity: { state: 'working' }, nextCheckAt: now - 400 + holdMs });
    expect(verdict.because).toContain('less than 1 s ago');
  });

  it.each([
    ['a strong source', says('signal', 'idle', { at: now })],
    ['a weak source that says waiting', says('screen', 'waiting', { at: now })],
    ['a weak source that says error', says('title', 'error', { at: now })],
  ])('does not hold against %s', (_who, word) => {
    expect(stateOf({ previous: activity('working', now - 400), evidence: [word] })).toBe(word.state);
  });

  it('keeps since while the state stays', () => {
    const previous = activity('working', now - 9_000);
    expect(
      fuseActivity(inputs({ previous, evidence: [says('signal', 'working', { at: now })] }), now).activity.since,
    ).toBe(now - 9_000);
  });

  it('takes since from the evidence when it is new', () => {
    const evidence = [says('signal', 'waiting', { at: now - 700, reason: 'plan' })];
    expect(fuseActivity(inputs({ previous: activity('working', now - 9_000), evidence }), now).activity.since).toBe(
      now - 700,
    );
    expect(fuseActivity(inputs({ evidence }), now).activity.since).toBe(now - 700);
  });

  it('begins a new wait when another thing is asked', () => {
    const previous = activity('waiting', now - 9_000, { reason: 'permission', detail: 'rm -rf build' });
    const evidence = [says('signal', 'waiting', { at: now - 700, reason: 'permission', detail: 'git push' })];
    expect(fuseActivity(inputs({ previous, evidence }), now).activity).toMatchObject({
      since: now - 700,
      detail: 'git push',
    });
  });

  it('takes reason, detail and reset time from a source that agrees when the decider tells none', () => {
    const evidence = [
      says('signal', 'error', { reason: 'rate-limit' }),
      says('screen', 'error', { reason: 'api', detail: 'Too many requests', resetsAt: now + 5_000 }),
    ];
    expect(fuseActivity(inputs({ evidence }), now).activity).toMatchObject({
      reason: 'rate-limit',
      detail: 'Too many requests',
      resetsAt: now + 5_000,
    });
  });
});

describe('fuseActivity, explanation', () => {
  it('has one row for each source, most trusted first, with what came of it', () => {
    const evidence = [
      says('signal', 'waiting', { at: now - 900 }),
      says('screen', 'waiting', { at: now - 800 }),
      says('title', 'working', { at: now - 900 }),
      says('hook', 'idle', { at: start - 5 }),
    ];
    const { evidence: rows, because } = fuseActivity(inputs({ evidence }), now);
    expect(rows.map(({ source, verdict }) => `${source} ${verdict}`)).toEqual([
      'hook stale',
      'signal decides',
      'title overruled',
      'screen agrees',
      'process overruled',
      'protocol absent',
      'output absent',
    ]);
    expect(because).toBe(
      'Because signal (signal says waiting) is the most trusted source that speaks, and screen agrees.',
    );
  });
});

describe('fuseActivity, properties', () => {
  const time = fc.integer({ min: start - 10_000, max: now + 10_000 });
  const anyEvidence = fc.record({
    source: fc.constantFrom(...EvidenceSource.options),
    says: fc.string(),
    state: fc.constantFrom(...ActivityState.options),
    reason: fc.option(fc.constantFrom('permission', 'question', 'rate-limit')),
    detail: fc.option(fc.string()),
    at: time,
    resetsAt: fc.option(time),
  });
  const anyPrevious = fc.option(
    fc.record({
      state: fc.constantFrom(...ActivityState.options),
      reason: fc.option(fc.constantFrom('permission', 'question')),
      detail: fc.option(fc.string()),
      since: fc.integer({ min: start - 10_000, max: now }),
      certainty: fc.constantFrom('high', 'medium', 'low'),
      conflict: fc.boolean(),
      resetsAt: fc.option(time),
    }),
  );
  const anyInputs = fc.record({
    lifecycleAlive: fc.boolean(),
    startedAt: fc.constantFrom(start, now - 2_000),
    evidence: fc.array(anyEvidence, { maxLength: 12 }),
    screenChangedAt: fc.oneof(fc.constant(0), time),
    outputAt: fc.oneof(fc.constant(0), time),
    typedAt: fc.oneof(fc.constant(0), time),
    previous: anyPrevious,
  });

  it('never throws, says the same twice, and what it says is well-formed', () => {
    fc.assert(
      fc.property(anyInputs, (given) => {
        const verdict = fuseActivity(given, now);
        expect(fuseActivity(structuredClone(given), now)).toEqual(verdict);
        expect(Activity.parse(verdict.activity)).toEqual(verdict.activity);
        expect(verdict.evidence.map((row) => ExplainedEvidence.parse(row).source).toSorted()).toEqual(
          EvidenceSource.options.toSorted(),
        );
      }),
    );
  });

  it('does not care in which order evidence comes', () => {
    const shuffled = anyInputs.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...given.evidence], { minLength: given.evidence.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, evidence]) => {
        expect(fuseActivity({ ...given, evidence }, now)).toEqual(fuseActivity(given, now));
      }),
    );
  });

  it('changes by time alone only when it said so', () => {
    fc.assert(
      fc.property(anyInputs, fc.nat(20_000), (given, laterMs) => {
        const first = fuseActivity(given, now);
        const later = first.nextCheckAt === null ? now + laterMs : Math.min(now + laterMs, first.nextCheckAt - 1);
        const second = fuseActivity({ ...given, previous: first.activity }, later);
        expect(second.activity).toEqual({ ...first.activity, certainty: second.activity.certainty });
      }),
      { numRuns: 500 },
    );
  });

  it('never flickers: weak sources change it at most once in a hold time, but for safer words', () => {
    const weak = fc.record({
      source: fc.constantFrom<EvidenceSource>('title', 'screen', 'process'),
      state: fc.constantFrom<ActivityState>('working', 'idle', 'unknown'),
      afterMs: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(weak, { minLength: 2, maxLength: 30 }), (words) => {
        const evidence: Evidence[] = [];
        const shown: Activity[] = [];
        let at = now;
        for (const word of words) {
          at += word.afterMs;
          evidence.push(says(word.source, word.state, { at }));
          shown.push(fuseActivity(inputs({ evidence, outputAt: at, previous: shown.at(-1) ?? null }), at).activity);
        }
        const changes = shown.filter((item, index) => item.state !== shown[index - 1]?.state).map((item) => item.since);
        const gaps = changes.slice(1).map((since, index) => since - (changes[index] ?? 0));
        expect(Math.min(holdMs, ...gaps)).toBe(holdMs);
      }),
    );
  });

  it('never hides a dialog that the most trusted source tells of', () => {
    fc.assert(
      fc.property(anyInputs, (given) => {
        const evidence = [
          ...given.evidence.filter((item) => item.source !== 'protocol'),
          says('protocol', 'waiting', { at: now }),
        ];
        expect(fuseActivity({ ...given, lifecycleAlive: true, evidence }, now).activity.state).toBe('waiting');
      }),
    );
  });
});
