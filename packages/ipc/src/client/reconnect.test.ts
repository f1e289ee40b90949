import { describe, expect, it } from 'vitest';
import { reconnectDelayMs } from './reconnect.ts';

describe('reconnectDelayMs', () => {
  it('doubles from 100 ms to 5 s', () => {
    const delays = [0, 1, 2, 5, 6, 1000].map((attempt) => reconnectDelayMs(attempt, {}, 0));
    expect(delays).toEqual([100, 200, 400, 3200, 5000, 5000]);
  });

  it('is cut by at most a half', () => {
    expect(reconnectDelayMs(0, {}, 0.999)).toBeCloseTo(50, 0);
  });

  it('follows its options', () => {
    const options = { initialMs: 10, factor: 3, maxMs: 50 };
    expect([0, 1, 2].map((attempt) => reconnectDelayMs(attempt, options, 0))).toEqual([10, 30, 50]);
  });
});
