import { cellWidth } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import { type Line, type Span, span } from '../layout/line.ts';
import { formatCount, formatPlural } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { countLines, type TextField, unitAfter } from './text-field.ts';

/** How a text field is drawn. */
export interface FieldLook {
  readonly width: number;
  readonly glyphs: GlyphSet;
  /** Draws the cursor. */
  readonly isFocused: boolean;
}

/** A field as lines: which of them holds the cursor tells what to keep in sight. */
export interface FieldLines {
  readonly lines: readonly Line[];
  readonly cursorRow: number;
}

interface Cell extends Span {
  readonly cells: number;
  readonly kind: 'text' | 'blank' | 'break' | 'cursor';
}

function blockText(text: string): string {
  const lines = countLines(text);
  const size = lines > 1 ? formatPlural(lines, 'line') : `${formatCount(text.length)} characters`;
  return `[pasted ${size}, ^G shows them]`;
}

function unitCell(field: TextField, start: number, end: number): Cell {
  const text = field.text.slice(start, end);
  if (field.blocks.some((block) => block.start === start)) {
    const shown = blockText(text);
    return { text: shown, token: 'dim', cells: cellWidth(shown), kind: 'text' };
  }
  if (text === '\n') return { text: '', token: 'text', cells: 0, kind: 'break' };
  const shown = cleanText(text);
  return { text: shown, token: 'text', cells: cellWidth(shown), kind: shown === ' ' ? 'blank' : 'text' };
}

function cellsOf(field: TextField, { glyphs, isFocused }: FieldLook): readonly Cell[] {
  const cells: Cell[] = [];
  const cursor: Cell = { text: glyphs.of.cursor, token: 'accent', cells: 1, kind: 'cursor' };
  for (let at = 0; at <= field.text.length; ) {
    if (isFocused && at === field.cursor) cells.push(cursor);
    if (at === field.text.length) break;
    const end = unitAfter(field, at);
    cells.push(unitCell(field, at, end));
    at = end;
  }
  return cells;
}

function toLine(cells: readonly Cell[]): Line {
  const line: Span[] = [];
  for (const { text, token } of cells) {
    const last = line.at(-1);
    if (last?.token === token) line[line.length - 1] = span(last.text + text, token);
    else line.push(span(text, token));
  }
  return line;
}

// Where a row that is too full is parted: behind its last blank, else right here.
function breakPoint(row: readonly Cell[]): number {
  const blank = row.findLastIndex(({ kind }) => kind === 'blank');
  return blank < 0 ? row.length : blank + 1;
}

/** A text area: wrapped between words where it can, inside them where it must. */
export function fieldLines(field: TextField, look: FieldLook): FieldLines {
  const width = Math.max(4, look.width);
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let used = 0;
  for (const cell of cellsOf(field, look)) {
    if (cell.kind === 'break') {
      rows.push(row);
      row = [];
      used = 0;
      continue;
    }
    if (used + cell.cells > width && row.length > 0) {
      const at = breakPoint(row);
      rows.push(row.slice(0, at));
      row = row.slice(at);
      used = row.reduce((sum, { cells }) => sum + cells, 0);
    }
    row.push(cell);
    used += cell.cells;
  }
  rows.push(row);
  const cursorRow = rows.findIndex((cells) => cells.some(({ kind }) => kind === 'cursor'));
  return { lines: rows.map(toLine), cursorRow: Math.max(0, cursorRow) };
}

/** A field of one line: what is left of the cursor moves out of sight when it gets too long. */
export function fieldLine(field: TextField, look: FieldLook): Line {
  const cells = cellsOf(field, look);
  const width = Math.max(4, look.width);
  const cursor = cells.findIndex(({ kind }) => kind === 'cursor');
  const last = cursor < 0 ? 0 : cursor;
  let used = cells.slice(0, last + 1).reduce((sum, cell) => sum + cell.cells, 0);
  let first = 0;
  while (used > width && first < last) {
    used -= cells[first]?.cells ?? 0;
    first += 1;
  }
  let end = last + 1;
  for (let cell = cells[end]; cell !== undefined && used + cell.cells <= width; cell = cells[end]) {
    used += cell.cells;
    end += 1;
  }
  return toLine(cells.slice(first, end));
}

/** The rows around the cursor that fit into `rows`. */
export function windowOf({ lines, cursorRow }: FieldLines, rows: number): readonly Line[] {
  const first = Math.max(0, Math.min(cursorRow - rows + 1, lines.length - rows));
  return lines.slice(first, first + rows);
}
