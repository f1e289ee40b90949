import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText, toPastable } from './send-text.ts';

describe('splitText', () => {
  it('cuts into bounded pieces that hold whole characters and make up the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 9 }), (text, length) => {
        const pieces = splitText(text, length);
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => piece.length <= length && piece.length > 0 && piece.isWellFormed())).toBe(true);
      }),
    );
  });
});

describe('toPastable', () => {
  it('keeps text, tabs and line breaks, of whatever system', () => {
    expect(toPastable('a\tb\r\nc\rd\n日本 👩‍🚀')).toBe('a\tb\nc\nd\n日本 👩‍🚀');
  });

  it('leaves out what a terminal would act on', () => {
    expect(toPastable('x\x1b[201~\x03\x00\x7f\x9by')).toBe('x[201~y');
  });
});
