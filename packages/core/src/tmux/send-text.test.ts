import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settlePaste, splitText, toPastable } from './send-text.ts';

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

describe('settlePaste', () => {
  it.each([
    ['a word', 60],
    ['x'.repeat(20_000), 160],
    ['x'.repeat(1_000_000), 1_060],
  ])('gives a program time to take the text in, more for a long one (%#)', async (text, ms) => {
    const waited: number[] = [];
    await settlePaste(text, {}, async (each) => void waited.push(each));
    expect(waited.map(Math.round)).toEqual([ms]);
  });

  it('rejects with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(settlePaste('x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
