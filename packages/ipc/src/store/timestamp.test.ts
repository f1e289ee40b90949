import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTimestamp, toTimestamp } from './timestamp.ts';

it('writes microseconds with 6 decimals, and reads them back', () => {
  expect(toTimestamp(1_767_323_045_000_007)).toBe('2026-01-02T03:04:05.000007Z');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000_000 }), (micros) => {
      expect(parseTimestamp(toTimestamp(micros))).toBe(micros);
    }),
  );
});

it.each([
  ['2026-01-02T03:04:05Z', 0],
  ['2026-01-02T03:04:05.5Z', 500_000],
  ['2026-01-02T03:04:05.123Z', 123_000],
  ['2026-01-02T03:04:05.123456999Z', 123_456],
  ['2026-01-02T05:04:05.000001+02:00', 1],
])('reads %s', (text, micros) => {
  expect(parseTimestamp(text)).toBe(1_767_323_045_000_000 + micros);
});

it.each(['', 'yesterday', '2026-01-02', '2026-01-02T03:04:05', '2026-13-02T03:04:05Z', '1767323045'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  },
);
