import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellWidth, cut, fitLeft, fitRight, graphemes, takeCells, takeLastCells } from './cells.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'Z', ' ', '日', '本', '한', '👩‍👩‍👧', '🇩🇪', 'é', 'ü', 'ש', '…', '-', '/'),
});

describe('cells', () => {
  it('measures as string-width does', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(cellWidth(value)).toBe(stringWidth(value));
      }),
    );
  });

  it('cuts to the width asked for, at each place, and never inside a grapheme', () => {
    const place = fc.constantFrom('start' as const, 'middle' as const, 'end' as const);
    fc.assert(
      fc.property(text, fc.nat(30), place, (value, width, where) => {
        const shown = cut(value, width, { place: where, mark: '~' });
        expect(cellWidth(shown)).toBeLessThanOrEqual(width);
        const known = new Set([...graphemes(value), '~']);
        expect(graphemes(shown).filter((part) => !known.has(part))).toEqual([]);
      }),
    );
  });

  it('leaves alone what fits', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(cut(value, cellWidth(value))).toBe(value);
      }),
    );
  });

  it('pads to exactly the width, on either side', () => {
    fc.assert(
      fc.property(text, fc.nat(30), (value, width) => {
        expect(cellWidth(fitLeft(value, width))).toBe(width);
        expect(cellWidth(fitRight(value, width))).toBe(width);
      }),
    );
  });

  it('takes the longest beginning and end', () => {
    expect(takeCells('日本語', 5)).toBe('日本');
    expect(takeLastCells('日本語', 5)).toBe('本語');
    expect(takeCells('abc', 0)).toBe('');
  });

  it.each([
    ['end', 'payments-retry', 8, 'payment…'],
    ['start', '/home/me/work', 8, '…me/work'],
    ['middle', 'feat/a-long-branch', 9, 'feat…anch'],
    ['end', '日本語', 4, '日…'],
  ] as const)('cuts at the %s', (place, value, width, shown) => {
    expect(cut(value, width, { place })).toBe(shown);
  });

  it('uses the mark of the ASCII set', () => {
    expect(cut('payments-retry', 8, { mark: '..' })).toBe('paymen..');
    expect(cut('payments-retry', 1, { mark: '..' })).toBe('.');
  });
});
