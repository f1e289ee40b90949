import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../subjects/pattern.ts';
import { escapeToken, NatsSubjects, unescapeToken } from './nats-subjects.ts';

const subjects = new NatsSubjects('test');
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((each) => each.isWellFormed());
const token = text.filter((each) => !/[\s\p{Cc}.*>]/u.test(each));
const subject = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'));

describe('names in NATS', () => {
  it('come back as they were, and hold only what every server and file system takes', () => {
    fc.assert(
      fc.property(text, (name) => {
        const escaped = escapeToken(name);
        expect(escaped).toMatch(/^[A-Za-z0-9_=-]+$/);
        expect(unescapeToken(escaped)).toBe(name);
      }),
    );
  });

  it('are of one name at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=0123456789ABCDEFabz_-%') }), (escaped) => {
        const name = unescapeToken(escaped);
        fc.pre(name !== undefined);
        expect(escapeToken(name ?? '')).toBe(escaped);
      }),
    );
    expect(['', '=', '=4', '=41', '=2e', '=FF', '=ED=A0=80', 'ä'].map(unescapeToken)).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
    expect(unescapeToken('a=2Eb=3D')).toBe('a.b=');
  });

  it('hold the subject and the stream of a message', () => {
    fc.assert(
      fc.property(subject, fc.option(text), (name, stream) => {
        expect(subjects.parse(subjects.message(name, stream))).toEqual({ subject: name, stream });
      }),
    );
  });

  it('of streams come back, and are apart from those of other namespaces', () => {
    fc.assert(
      fc.property(text, text, (name, other) => {
        expect(subjects.parseStream(subjects.stream(name).name)).toBe(name);
        expect(
          new NatsSubjects(`test-${escapeToken(other).replace(/[=_]/g, '-')}`).parseStream(subjects.stream(name).name),
        ).toBeUndefined();
      }),
    );
    expect(subjects.parseStream('test_p')).toBeUndefined();
  });

  it.each(['other.v.a', 'test.x.a', 'test.v', 'test.v.', 'test.d.s', 'test.d.=.a', 'test.v.a..b', 'test.c'])(
    'are not taken from %s, which none of us publishes',
    (name) => {
      expect(subjects.parse(name)).toBeUndefined();
    },
  );

  it('of a pattern are met by all messages that meet the pattern', () => {
    const pattern = fc.tuple(subject, fc.constantFrom('', '.*', '.>', '.pre*', '*')).map(([start, end]) => start + end);
    const patterns = fc.oneof(pattern, fc.constantFrom('>', '*', '*.>', 'buffer.>', 'b*', 'buffer_*', 'buffer.*.x'));
    const names = fc.oneof(
      subject,
      fc.constantFrom('buffer.s.x', 'buffer_taskspace_spawn', 'buffer.s.pre.x', 'a.prefix'),
    );
    fc.assert(
      fc.property(patterns, names, (wanted, name) => {
        fc.pre(matchesPattern(wanted, name));
        const isDurable = /^buffer(?:\..*\.|_taskspace_spawn$)/su.test(name);
        const natsName = subjects.message(name, isDurable ? 's' : null);
        const met = subjects.subscriptions(wanted).filter((each) => matchesPattern(each, natsName));
        expect(met).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
