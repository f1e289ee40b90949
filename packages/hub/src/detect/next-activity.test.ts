import type { Activity } from '@swarm-tui/core';
import { describe, expect, it } from 'vitest';
import { startingActivity } from '../fleet/fold.ts';
import { isUnreadAfter, isWorthTelling } from './next-activity.ts';

const activity = (fields: Partial<Activity>): Activity => ({ ...startingActivity(0), ...fields });

describe('isWorthTelling', () => {
  it('is told: another state, reason, dialog or end of a limit', () => {
    const waiting = activity({ state: 'waiting', reason: 'permission', detail: 'rm a' });
    expect(isWorthTelling(waiting, { ...waiting, detail: 'rm b' })).toBe(true);
    expect(isWorthTelling(waiting, { ...waiting, reason: 'question' })).toBe(true);
    expect(isWorthTelling(waiting, { ...waiting, conflict: true })).toBe(true);
    expect(isWorthTelling(activity({ state: 'error' }), activity({ state: 'error', resetsAt: 5 }))).toBe(true);
    expect(isWorthTelling(activity({ state: 'working' }), activity({ state: 'idle' }))).toBe(true);
  });

  it('is not told: more certainty, or what a working agent does in detail', () => {
    const working = activity({ state: 'working', detail: 'a' });
    expect(isWorthTelling(working, { ...working, detail: 'b', certainty: 'high', since: 9 })).toBe(false);
  });
});

describe('isUnreadAfter', () => {
  it('is unread from the end of a turn until it is seen or the next begins', () => {
    const [working, idle, waiting, starting] = (['working', 'idle', 'waiting', 'starting'] as const).map((state) =>
      activity({ state }),
    );
    if (!working || !idle || !waiting || !starting) throw new Error('unreachable');
    expect(isUnreadAfter(working, idle, false)).toBe(true);
    expect(isUnreadAfter(waiting, idle, false)).toBe(true);
    expect(isUnreadAfter(starting, idle, false)).toBe(false);
    expect(isUnreadAfter(idle, activity({ state: 'unknown' }), true)).toBe(true);
    expect(isUnreadAfter(idle, working, true)).toBe(false);
    expect(isUnreadAfter(idle, waiting, true)).toBe(false);
  });
});
