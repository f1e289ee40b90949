import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeText } from './sanitize.ts';

const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('sanitizeText', () => {
  it('leaves plain and international text alone', () => {
    expect(sanitizeText('i18n-日本語 naïve ✓ 👍 ok')).toBe('i18n-日本語 naïve ✓ 👍 ok');
  });

  it.each([
    ['an escape sequence', 'a\x1b[31mb', 'a\uFFFD[31mb'],
    ['a C1 control', 'a\x9bb', 'a\uFFFDb'],
    ['a bidi override', 'a\u202Eb', 'a\uFFFDb'],
    ['a bidi isolate', 'a\u2066b', 'a\uFFFDb'],
    ['a zero-width space', 'a\u200Bb', 'a\uFFFDb'],
    ['a zero-width joiner', 'a\u200Db', 'a\uFFFDb'],
    ['a byte order mark', '\uFEFFab', '\uFFFDab'],
    ['an invisible tag character', 'a\u{E0041}b', 'a\uFFFDb'],
    ['a Hangul filler', 'a\u3164b', 'a\uFFFDb'],
    ['half of a surrogate pair', 'a\uD83Db', 'a\uFFFDb'],
    ['a line separator', 'a\u2028b', 'a\uFFFDb'],
    ['a newline', 'a\nb', 'a\uFFFDb'],
  ])('shows %s as U+FFFD', (_what, text, expected) => {
    expect(sanitizeText(text)).toBe(expected);
  });

  it('keeps the variation selector that makes a glyph an emoji', () => {
    expect(sanitizeText('⚠\uFE0F')).toBe('⚠\uFE0F');
  });

  it('makes newlines and tabs blanks when asked, CRLF one of them', () => {
    expect(sanitizeText('a\r\nb\tc\nd\re', { whitespace: 'space' })).toBe('a b c d e');
  });

  it('keeps newlines and tabs when asked, and nothing else', () => {
    expect(sanitizeText('a\r\nb\tc\x07\re', { whitespace: 'keep' })).toBe('a\nb\tc\uFFFD\uFFFDe');
  });

  it('never lets a control or format character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sanitizeText(text)).not.toMatch(forbidden);
      }),
    );
  });

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('mark', 'space', 'keep'), (text, whitespace) => {
        const once = sanitizeText(text, { whitespace });
        expect(sanitizeText(once, { whitespace })).toBe(once);
      }),
    );
  });
});
