import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth, type Line } from '../layout/line.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { fieldLine, fieldLines, windowOf } from './field-lines.ts';
import { createField, moveCursor } from './text-field.ts';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const look = { width: 30, glyphs: unicodeGlyphs, isFocused: true };
const area = (text: string) => createField(text, { isMultiline: true });

describe('a field on the screen', () => {
  it('wraps between words and draws the cursor as a thin bar', () => {
    const { lines, cursorRow } = fieldLines(area('Retry card payments 3 times, with backoff. Keep the API.'), look);
    expect(lines.map(textOf)).toEqual(['Retry card payments 3 times, ', 'with backoff. Keep the API.▏']);
    expect(cursorRow).toBe(1);
  });

  it('parts a word that is wider than the field, between wide characters', () => {
    const { lines } = fieldLines(area('日本語日本語'), { ...look, width: 5 });
    expect(lines.map(textOf)).toEqual(['日本', '語日', '本語▏']);
  });

  it('says how much was pasted instead of showing it', () => {
    const { lines } = fieldLines(area('x\n'.repeat(339) + 'x'), { ...look, width: 60 });
    expect(lines.map(textOf)).toEqual(['[pasted 340 lines, ^G shows them]▏']);
  });

  it('shows control and bidi characters as a mark', () => {
    const { lines } = fieldLines(area('a\u001b[31m\u202eb\tc'), look);
    expect(textOf(lines[0] ?? [])).toBe('a�[31m�b c▏');
  });

  it('keeps the cursor of one line in sight', () => {
    const field = createField('a'.repeat(40) + 'end');
    expect(textOf(fieldLine(field, { ...look, width: 10 }))).toBe('aaaaaaend▏');
    expect(textOf(fieldLine(moveCursor(field, 0), { ...look, width: 10 }))).toBe('▏aaaaaaaaa');
  });

  it('keeps the row of the cursor in a window', () => {
    const lines = fieldLines(area('1\n2\n3\n4\n5'), look);
    expect(windowOf(lines, 2).map(textOf)).toEqual(['4', '5▏']);
    expect(windowOf({ ...lines, cursorRow: 0 }, 2).map(textOf)).toEqual(['1', '2']);
  });

  it('never draws a row wider than the field, and never raw control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 4, max: 50 }), (text, width) => {
        for (const line of fieldLines(area(text), { ...look, width }).lines) {
          expect(lineWidth(line)).toBeLessThanOrEqual(Math.max(width, 4));
          // oxlint-disable-next-line no-control-regex -- exactly these must not come through
          expect(textOf(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
        }
      }),
    );
  });
});
