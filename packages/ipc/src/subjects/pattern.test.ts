import { describe, expect, it } from 'vitest';
import { findPatternFault, findSubjectFault, matchesPattern } from './pattern.ts';

describe('matchesPattern', () => {
  it.each<[string, string, boolean]>([
    ['team.build', 'team.build', true],
    ['team.build', 'team.build.done', false],
    ['team.*', 'team.build', true],
    ['team.*', 'team', false],
    ['team.*', 'team.build.done', false],
    ['team.*.done', 'team.build.done', true],
    ['*.*', 'team.build', true],
    ['*', 'system_status', true],
    ['*', 'team.build', false],
    ['>', 'system_status', true],
    ['>', 'team.build.done', true],
    ['team.>', 'team.build.done', true],
    ['team.>', 'team', false],
    ['team.*.>', 'team.build', false],
    ['team.*.>', 'team.build.done', true],
    ['buffer_*', 'buffer_taskspace_progress', true],
    ['buffer_*', 'buffer_', true],
    ['buffer_*', 'buffer', false],
    ['buffer_*', 'buffer_x.y', false],
    ['team.build-*', 'team.build-7', true],
    ['team.build-*', 'team.build-7.done', false],
    ['te*.build', 'team.build', false],
    ['te*.build', 'te*.build', true],
    ['Team', 'team', false],
  ])('%s and %s: %s', (pattern, subject, isMatch) => {
    expect(matchesPattern(pattern, subject)).toBe(isMatch);
  });
});

describe('faults', () => {
  it.each(['a', 'a.b', 'team.build.done', 'zażółć.🐝', 'buffer_taskspace_progress', 'x'.repeat(512)])(
    'there is none in the subject %s',
    (subject) => {
      expect([findSubjectFault(subject), findPatternFault(subject)]).toEqual([undefined, undefined]);
    },
  );

  it.each(['*', '>', 'a.*', 'a.*.b', 'a.>', '*.>', 'buffer_*', 'a.b*'])(
    'there is none in the pattern %s',
    (pattern) => {
      expect(findPatternFault(pattern)).toBeUndefined();
      expect(findSubjectFault(pattern)).toMatch(/patterns/);
    },
  );

  it.each<[string, RegExp]>([
    ['', /empty/],
    ['.', /empty token/],
    ['a..b', /empty token/],
    ['a.', /empty token/],
    ['a b', /white space/],
    ['a\n', /white space/],
    ['a\u0000', /control/],
    ['ü'.repeat(257), /512 bytes/],
    ['a*.b', /inside/],
    ['>.a', /inside/],
    ['a>', /inside/],
    ['*a', /inside/],
    ['a**', /inside/],
    ['a.b>*', /inside/],
  ])('are found in the pattern %j', (pattern, fault) => {
    expect(findPatternFault(pattern)).toMatch(fault);
  });
});
