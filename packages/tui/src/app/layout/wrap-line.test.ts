import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blank, type Line, lineWidth, span } from './line.ts';
import { wrapLine } from './wrap-line.ts';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const written = (lines: readonly Line[]): string => lines.map(textOf).join('').replace(/\s/gu, '');

describe('a line that is too long', () => {
  it('goes on further in, at a blank, in its own colours', () => {
    const lines = wrapLine([blank(3), span('would go'), span('  .env and more', 'dim')], 16);
    expect(lines.map(textOf)).toEqual(['   would go  ', '     .env and ', '     more']);
    expect(lines[1]?.at(-1)?.token).toBe('dim');
  });

  it('stays the same object where it fits', () => {
    const line = [blank(3), span('short')];
    expect(wrapLine(line, 8)).toEqual([line]);
  });

  it('loses no sign and never leaves its width, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '日', 'é', '-') })),
        fc.integer({ min: 8, max: 60 }),
        (texts, width) => {
          const line = texts.map((text) => span(text));
          const lines = wrapLine(line, width);
          expect(Math.max(...lines.map(lineWidth), 0)).toBeLessThanOrEqual(width);
          expect(written(lines)).toBe(written([line]));
        },
      ),
    );
  });
});
