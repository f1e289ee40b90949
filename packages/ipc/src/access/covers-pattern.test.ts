import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../subjects/pattern.ts';
import { coversPattern } from './covers-pattern.ts';

describe('coversPattern', () => {
  it.each([
    ['>', 'a'],
    ['>', 'a.>'],
    ['>', 'buffer_*'],
    ['a.*', 'a.b'],
    ['a.*', 'a.b*'],
    ['a.>', 'a.*.c'],
    ['a.>', 'a.>'],
    ['a.b*', 'a.bc*'],
    ['a.b*', 'a.bc'],
  ])('%s covers %s', (outer, inner) => {
    expect(coversPattern(outer, inner)).toBe(true);
  });

  it.each([
    ['a.>', 'a'],
    ['a.>', '>'],
    ['a.*', 'a.>'],
    ['a.*', '*.b'],
    ['a.b', 'a.*'],
    ['a.b*', 'a.*'],
    ['a.bc*', 'a.b*'],
    ['*', 'a.b'],
    ['a', '*'],
  ])('%s does not cover %s', (outer, inner) => {
    expect(coversPattern(outer, inner)).toBe(false);
  });

  const token = fc.constantFrom('a', 'ab', 'abc', 'b');
  const wild = fc.constantFrom('a', 'ab', '*', 'b');
  const last = fc.constantFrom('a', 'ab', '*', '>', 'a*', 'ab*');
  const pattern = fc.tuple(fc.array(wild, { maxLength: 2 }), last).map(([head, end]) => [...head, end].join('.'));
  const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));

  it('never covers what matches more', () => {
    fc.assert(
      fc.property(pattern, pattern, subject, (outer, inner, text) => {
        const isCovered = coversPattern(outer, inner) && matchesPattern(inner, text);
        expect(!isCovered || matchesPattern(outer, text)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('covers itself, and every subject that it matches', () => {
    fc.assert(
      fc.property(pattern, subject, (outer, text) => {
        expect(coversPattern(outer, outer)).toBe(true);
        expect(coversPattern(outer, text)).toBe(matchesPattern(outer, text));
      }),
      { numRuns: 3000 },
    );
  });
});
