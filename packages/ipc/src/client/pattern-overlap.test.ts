import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesPattern } from '../subjects/pattern.ts';
import { doPatternsOverlap } from './pattern-overlap.ts';

it.each([
  ['a.b', 'a.b', true],
  ['a.b', 'a.c', false],
  ['a.*', 'a.c', true],
  ['a.*', 'a', false],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'buffer_taskspace_update', true],
  ['buffer_*', 'buffer_taskspace_*', true],
  ['buffer_*', 'agent_*', false],
  ['a.b*', 'a.*', true],
  ['a.b*', 'a.cb', false],
])('%s and %s: %s', (left, right, overlap) => {
  expect([doPatternsOverlap(left, right), doPatternsOverlap(right, left)]).toEqual([overlap, overlap]);
});

it('never misses a subject that meets both', () => {
  const token = fc.constantFrom('a', 'ab', 'b', 'ba');
  const inner = fc.oneof(token, fc.constant('*'));
  const last = fc.oneof(token, fc.constantFrom('*', '>', 'a*', 'ab*'));
  const pattern = fc.tuple(fc.array(inner, { maxLength: 2 }), last).map(([head, end]) => [...head, end].join('.'));
  const subjects = ['a', 'ab', 'b', 'ba'].flatMap((one) => [
    one,
    ...['a', 'ab', 'b'].flatMap((two) => [`${one}.${two}`, `${one}.${two}.a`, `${one}.${two}.ab`]),
  ]);
  fc.assert(
    fc.property(pattern, pattern, (left, right) => {
      const met = subjects.some((subject) => matchesPattern(left, subject) && matchesPattern(right, subject));
      expect(met && !doPatternsOverlap(left, right)).toBe(false);
    }),
  );
});
