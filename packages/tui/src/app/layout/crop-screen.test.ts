import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from './cells.ts';
import { cropLine, cropScreen } from './crop-screen.ts';

const ESC = '\u001b';
const sgr = new RegExp(`${ESC}\\[[\\d;:]*m`, 'gu');
const bare = (text: string): string => text.replace(sgr, '');

describe('a cropped line', () => {
  it('is exactly as wide as asked, whatever is in it', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '日',
      '👩‍👩‍👧',
      `${ESC}[31m`,
      `${ESC}[0m`,
      `${ESC}[2J`,
      `${ESC}]0;t\u0007`,
      ESC,
      '\u0007',
      '\u202e',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(12), fc.integer({ min: 1, max: 20 }), (parts, from, width) => {
        const { text, width: told } = cropLine(parts.join(''), from, width);
        expect(told).toBe(width);
        expect(cellWidth(bare(text))).toBe(width);
      }),
    );
  });

  it('lets nothing but colours reach the terminal', () => {
    const hostile = `a${ESC}[2Jb${ESC}]52;c;aGk=\u0007c${ESC}[31md${ESC}Pq${ESC}\\e\u0007\u202ef`;
    const { text } = cropLine(hostile, 0, 20);
    expect(bare(text).trimEnd()).toBe('abcde\ufffd\ufffdf');
    expect(text).toContain(`${ESC}[31m`);
    expect(text.replace(sgr, '')).not.toContain(ESC);
  });

  it('ends its colours with the line', () => {
    expect(cropLine(`${ESC}[41mred`, 0, 5).text).toBe(`${ESC}[41mred${ESC}[0m  `);
  });

  it('keeps the colour that was set left of the view', () => {
    expect(cropLine(`${ESC}[32mabcdef`, 3, 2).text).toBe(`${ESC}[32mde${ESC}[0m`);
  });

  it.each([
    [0, 3, '日 '],
    [1, 3, ' 本'],
    [1, 4, ' 本 '],
    [2, 2, '本'],
  ])('shows half a wide character at %i+%i as a blank', (from, width, shown) => {
    expect(cropLine('日本語', from, width).text).toBe(shown);
  });
});

describe('a cropped screen', () => {
  const lines = Array.from({ length: 10 }, (_, row) => `line ${row}`);
  const base = { lines, columns: 6, rows: 3, panColumns: 0, panRows: 0, cursor: null };
  const shown = (request: Partial<Parameters<typeof cropScreen>[0]>): string[] =>
    cropScreen({ ...base, ...request }).map((line) => line.map(({ text }) => text).join(''));

  it('is anchored at the lower left corner', () => {
    expect(shown({})).toEqual(['line 7', 'line 8', 'line 9']);
  });

  it('counts from the last line that holds anything', () => {
    expect(shown({ lines: [...lines, '', `${ESC}[0m  `] })).toEqual(['line 7', 'line 8', 'line 9']);
  });

  it('keeps the cursor in sight, upwards and to the right', () => {
    expect(shown({ cursor: { row: 2, column: 0 } })).toEqual(['line 2', 'line 3', 'line 4']);
    expect(shown({ lines: ['0123456789'], rows: 1, cursor: { row: 0, column: 8 } })).toEqual(['345678']);
  });

  it('pans up and to the right', () => {
    expect(shown({ panRows: 2 })).toEqual(['line 5', 'line 6', 'line 7']);
    expect(shown({ panColumns: 5, rows: 1 })).toEqual(['9     ']);
  });

  it('leaves blank lines above a screen that is shorter than the view', () => {
    expect(shown({ lines: ['only'] })).toEqual(['      ', '      ', 'only  ']);
  });
});
