/* oxlint-disable no-control-regex -- escape sequences are what this file reads */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepColours } from './keep-colours.ts';

describe('keepColours', () => {
  it('lets SGR through, also with colons', () => {
    const line = '\x1b[1;31mred\x1b[0m \x1b[38:2::1:2:3mtrue\x1b[m';
    expect(keepColours(line)).toBe(line);
  });

  it.each([
    ['a cursor move', 'a\x1b[10;5Hb', 'ab'],
    ['a private mode', 'a\x1b[?1049hb', 'ab'],
    ['an OSC title ended by BEL', 'a\x1b]0;evil\x07b', 'ab'],
    ['an OSC link ended by ST', 'a\x1b]8;;http://x\x1b\\b', 'ab'],
    ['an OSC without an end', 'a\x1b]0;evil', 'a'],
    ['a device string', 'a\x1bPq#0\x1b\\b', 'ab'],
    ['a charset switch', 'a\x1b(0b', 'ab'],
    ['a full reset', 'a\x1bcb', 'ab'],
    ['a lone escape at the end', 'a\x1b', 'a'],
    ['an SGR of absurd length', `a\x1b[${'1;'.repeat(60)}mb`, 'ab'],
  ])('drops %s', (_what, line, expected) => {
    expect(keepColours(line)).toBe(expected);
  });

  it('sanitises the text between colours', () => {
    expect(keepColours('\x1b[31m\u202Ea\tb\x07')).toBe('\x1b[31m\uFFFDa b\uFFFD');
  });

  it('leaves no escape but SGR in any line', () => {
    const piece = fc.oneof(
      fc.constantFrom('\x1b', '\x1b[', ']0;', 'm', 'H', ';1', '?', '\x07', '\x9b', '\x1b\\'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const rest = keepColours(pieces.join('')).replace(/\x1b\[[\d;:]*m/g, '');
        expect(rest).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
