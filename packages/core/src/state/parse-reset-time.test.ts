import { describe, expect, it } from 'vitest';
import { parseResetTime } from './parse-reset-time.ts';

const noon = new Date(2026, 10, 21, 12, 0, 0).getTime();

function local(day: number, hour: number, minute = 0, second = 0): number {
  return new Date(2026, 10, day, hour, minute, second).getTime();
}

describe('parseResetTime', () => {
  it.each([
    ['in 40s', noon + 40_000],
    ['2h 10m', noon + 7_800_000],
    ['in 5 minutes', noon + 300_000],
    ['15:30', local(21, 15, 30)],
    ['at 12:00:07', local(21, 12, 0, 7)],
    ['3pm', local(21, 15)],
    ['12am', local(22, 0)],
    ['11:59', local(22, 11, 59)],
  ])('reads %s', (text, expected) => {
    expect(parseResetTime(text, noon)).toBe(expected);
  });

  it.each(['soon', '', '7', '25:00', '12:61', 'in s'])('does not guess at "%s"', (text) => {
    expect(parseResetTime(text, noon)).toBeNull();
  });
});
