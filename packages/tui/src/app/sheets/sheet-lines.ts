import { cellWidth, cut } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, fitLine, type Line, lineWidth, span, spread } from '../layout/line.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import type { SheetContent } from './sheet-definition.ts';

/** The rule above a sheet: its title, and a note at the right end. */
export function sheetRule({ title, note }: SheetContent, width: number, glyphs: GlyphSet): Line {
  const { rule } = glyphs.of;
  // The title is what the sheet is about; a note that would cut it gives way.
  const hasRoom = cellWidth(cleanText(title)) + cellWidth(cleanText(note)) + 10 <= width;
  const shownNote = note === '' || (!hasRoom && width < 60) ? '' : ` ${cleanText(note)} `;
  const name = cut(cleanText(title), Math.max(4, width - 8 - cellWidth(shownNote)), { mark: glyphs.cut });
  const used = 2 + 1 + cellWidth(name) + 1 + cellWidth(shownNote);
  return fitLine(
    [
      span(rule.repeat(2), 'line'),
      span(` ${name} `, 'strong'),
      span(rule.repeat(Math.max(0, width - used)), 'line'),
      span(shownNote, 'dim'),
    ],
    width,
  );
}

// Hints that do not fit go whole, the one before the last first: the last one says how to get out.
function fitHints(hints: Line, room: number): Line {
  if (lineWidth(hints) <= room) return hints;
  const ends = hints.flatMap(({ text }, index) => (text === '  ' ? [index] : []));
  const [last, previous = -1] = ends.toReversed();
  if (last === undefined || ends.length < 2) return hints;
  return fitHints([...hints.slice(0, previous), ...hints.slice(last)], room);
}

/** A sheet of exactly `rows` lines: rule, body, blank lines, what has just happened, hints. */
export function sheetLines(
  content: SheetContent,
  size: { width: number; rows: number; told?: readonly Line[] },
  glyphs: GlyphSet,
): readonly Line[] {
  const { width, rows, told = [] } = size;
  const rule = content.title === '' ? [] : [sheetRule(content, width, glyphs)];
  const room = Math.max(0, rows - rule.length - told.length - 1);
  const body = content.body.slice(0, room).map((line) => fitLine(line, width));
  while (body.length < room) body.push([blank(width)]);
  const note = content.hintNote ?? [];
  const hints = spread([blank(1), ...fitHints(content.hints, width - 1 - (lineWidth(note) || -3) - 3)], note, {
    width,
  });
  return [...rule, ...body, ...told.map((line) => fitLine(line, width)), hints].slice(0, rows);
}
