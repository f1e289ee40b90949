import { describe, expect, it } from 'vitest';
import { formatClock, formatCount, formatNumber, formatPlural, formatSpan } from './format.ts';

const S = 1000;
const D = 86_400 * S;

describe('formats', () => {
  it.each([
    [-5, '0s'],
    [4 * S, '4s'],
    [59.9 * S, '59s'],
    [60 * S, '1m'],
    [3599 * S, '59m'],
    [3600 * S, '1h'],
    [D - 1, '23h'],
    [D, '1d'],
    [99 * D, '99d'],
    [400 * D, '99d'],
  ])('%i ms is %s', (span, text) => {
    expect(formatSpan(span)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [999.6, '1.0k'],
    [1000, '1.0k'],
    [1240, '1.2k'],
    [9949, '9.9k'],
    [9960, '10k'],
    [12_345, '12k'],
    [1_234_567, '1.2M'],
    [999_600, '1.0M'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('says the time today, and the day before that', () => {
    const now = new Date(2026, 10, 21, 14, 2, 31).getTime();
    expect(formatClock(new Date(2026, 10, 21, 9, 5, 7).getTime(), now)).toBe('09:05:07');
    expect(formatClock(new Date(2026, 10, 19, 14, 0, 12).getTime(), now)).toBe('Nov 19 14:00');
  });

  it('counts things', () => {
    expect([formatCount(999), formatCount(1000), formatCount(1_234_567)]).toEqual(['999', '1,000', '1,234,567']);
    expect([formatPlural(1, 'file'), formatPlural(2, 'file')]).toEqual(['1 file', '2 files']);
  });
});
