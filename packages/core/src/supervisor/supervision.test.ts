import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentContainerPolicy, backoffDelay, bridgePolicy } from './backoff.ts';
import type { BackoffPolicy } from './backoff.ts';
import { createNextSupervisorState, initialSupervisorState } from './supervision.ts';
import type { SupervisorState } from './supervision.ts';

const crash = { code: 1, signal: null };
const clean = { code: 0, signal: null };

/** Lets the child crash again and again, each time after so long; the waits, and the state it came to. */
function crashLoop(
  policy: BackoffPolicy,
  times: number,
  ranMs = 100,
): { waits: readonly number[]; last: SupervisorState } {
  const next = createNextSupervisorState(policy);
  const waits: number[] = [];
  let now = 0;
  let state = initialSupervisorState(now);
  for (let count = 0; count < times && state.state === 'running'; count += 1) {
    now += ranMs;
    state = next(state, { type: 'exited', exit: crash }, now);
    if (state.state !== 'waiting') break;
    waits.push(state.restartAt - now);
    now = state.restartAt;
    state = next(state, { type: 'timer' }, now);
  }
  return { waits, last: state };
}

describe('agentContainerPolicy', () => {
  it('waits 2, 4, 8, 16 s and gives up at the fifth failure in a row', () => {
    const { waits, last } = crashLoop(agentContainerPolicy, 10);
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(last).toEqual({ state: 'ended', outcome: { reason: 'gave-up', failures: 5, exit: crash } });
  });

  it('starts counting anew after a run that stayed up', () => {
    expect(crashLoop(agentContainerPolicy, 20, 60_000).waits).toEqual(Array.from({ length: 20 }, () => 2_000));
  });

  it('ends with a clean exit', () => {
    const next = createNextSupervisorState(agentContainerPolicy);
    expect(next(initialSupervisorState(0), { type: 'exited', exit: clean }, 5)).toEqual({
      state: 'ended',
      outcome: { reason: 'clean-exit' },
    });
  });
});

describe('bridgePolicy', () => {
  it('waits 5, 10, 20 s … and never more than 5 minutes', () => {
    const { waits, last } = crashLoop(bridgePolicy, 8, 20_000);
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    expect(last.state).toBe('running');
  });

  it('gives up after ten quick crashes', () => {
    expect(crashLoop(bridgePolicy, 20).last).toMatchObject({
      state: 'ended',
      outcome: { reason: 'gave-up', failures: 10 },
    });
  });

  it('starts again after a clean exit, with the first wait', () => {
    const next = createNextSupervisorState(bridgePolicy);
    const failed: SupervisorState = { state: 'running', startedAt: 0, failures: 4, quickFailures: 4 };
    expect(next(failed, { type: 'exited', exit: clean }, 100)).toMatchObject({
      state: 'waiting',
      restartAt: 5_100,
      failures: 0,
    });
  });

  it('does not try again after exit code 2', () => {
    const next = createNextSupervisorState(bridgePolicy);
    const exit = { code: 2, signal: null };
    expect(next(initialSupervisorState(0), { type: 'exited', exit }, 5)).toEqual({
      state: 'ended',
      outcome: { reason: 'fatal-exit', exit },
    });
  });
});

describe('createNextSupervisorState', () => {
  const next = createNextSupervisorState(agentContainerPolicy);
  const waiting: SupervisorState = { state: 'waiting', restartAt: 2_000, exit: crash, failures: 1, quickFailures: 1 };

  it('does not start before its time', () => {
    expect(next(waiting, { type: 'timer' }, 1_999)).toBe(waiting);
    expect(next(waiting, { type: 'timer' }, 2_000)).toMatchObject({ state: 'running', failures: 1 });
  });

  it('ends at once when it is stopped while it waits', () => {
    expect(next(waiting, { type: 'stop' }, 5)).toEqual({ state: 'ended', outcome: { reason: 'stopped', exit: null } });
  });

  it('waits for the child when it is stopped while it runs, and does not start it again', () => {
    const stopping = next(initialSupervisorState(0), { type: 'stop' }, 5);
    expect(stopping.state).toBe('stopping');
    expect(next(stopping, { type: 'exited', exit: crash }, 9)).toEqual({
      state: 'ended',
      outcome: { reason: 'stopped', exit: crash },
    });
  });

  it('never runs again once it has ended, whatever happens', () => {
    const event = fc.oneof(
      fc.constant({ type: 'timer' } as const),
      fc.constant({ type: 'stop' } as const),
      fc.integer({ min: 0, max: 255 }).map((code) => ({ type: 'exited', exit: { code, signal: null } }) as const),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const states = [initialSupervisorState(0)];
        for (const [index, item] of events.entries())
          states.push(next(states.at(-1) ?? initialSupervisorState(0), item, index * 1_000));
        const end = states.findIndex((state) => state.state === 'ended');
        const after = end < 0 ? [] : states.slice(end);
        expect(new Set(after).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('backoffDelay', () => {
  it('takes off at most the jitter', () => {
    const policy = { ...agentContainerPolicy, jitter: 0.5 };
    expect(backoffDelay(policy, 1, () => 0)).toBe(2_000);
    expect(backoffDelay(policy, 1, () => 1)).toBe(1_000);
  });

  it('never grows beyond the cap, and never ceases to be a number', () => {
    fc.assert(
      fc.property(fc.nat(5_000), (failures) => {
        const delay = backoffDelay(bridgePolicy, failures);
        expect(delay).toBeGreaterThanOrEqual(5_000);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
