import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './control-transport.ts';

describe('retryDelayMs', () => {
  it('doubles from 50 ms to 5 s', () => {
    expect([0, 1, 2, 6, 7, 500].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
      50, 100, 200, 3_200, 5_000, 5_000,
    ]);
  });

  it('is shortened by up to half, so that many do not come at once', () => {
    expect(retryDelayMs(1, 0.999)).toBeCloseTo(50, 0);
  });
});
