import { type FieldLines, fieldLines } from '../editing/field-lines.ts';
import type { TextField } from '../editing/text-field.ts';
import { cellWidth, cut } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { GlyphSet } from '../theme/glyphs.ts';

/** What the quick prompt writes: to whom, then the text, its further lines below the first. */
export function promptLines(
  { name, field }: { readonly name: string; readonly field: TextField },
  width: number,
  glyphs: GlyphSet,
): FieldLines {
  const shown = cut(name, Math.max(8, Math.floor(width / 3)), { mark: glyphs.cut });
  const prefix: Line = [span(` ${glyphs.of.prompt} `, 'accent'), span('to ', 'dim'), span(shown, 'strong'), blank(2)];
  const indent = 8 + cellWidth(shown);
  const { lines, cursorRow } = fieldLines(field, { width: width - indent - 1, glyphs, isFocused: true });
  return { lines: lines.map((line, row) => [...(row === 0 ? prefix : [blank(indent)]), ...line]), cursorRow };
}
