import { cellWidth, graphemes } from './cells.ts';
import { cleanText } from './clean-text.ts';
import { blank, type Line, type Span } from './line.ts';

// SGR; any other complete escape; the text between. Only SGR may reach the terminal.
const pieces =
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
  /(\u001b\[[\d;:]{0,64}m)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?|([^\u001b]+)/gu;

const RESET = '\u001b[0m';

/** Takes the cells `from` to `end` out of text that comes piece by piece. */
class CellWindow {
  readonly #from: number;
  readonly #end: number;
  #column = 0;
  shown = '';
  used = 0;

  constructor(from: number, end: number) {
    this.#from = from;
    this.#end = end;
  }

  add(text: string): void {
    if (this.#column >= this.#end) return;
    for (const grapheme of graphemes(text)) {
      this.#addOne(grapheme);
      if (this.#column >= this.#end) return;
    }
  }

  // A wide character cut in half becomes a blank.
  #addOne(grapheme: string): void {
    const start = Math.max(this.#column, this.#from);
    const next = this.#column + cellWidth(grapheme);
    const cells = Math.min(next, this.#end) - start;
    const isWhole = this.#column >= this.#from && next <= this.#end;
    this.#column = next;
    if (!isWhole && cells <= 0) return;
    this.shown += isWhole ? grapheme : ' '.repeat(cells);
    this.used += cells;
  }
}

/** Cells `from` to `from + width` of a line with colours, which end with the line. */
export function cropLine(line: string, from: number, width: number): Span {
  const view = new CellWindow(from, from + width);
  let hasColour = false;
  for (const [, sgr, text] of line.matchAll(pieces)) {
    if (sgr !== undefined) {
      view.shown += sgr;
      hasColour = true;
    }
    if (text !== undefined) view.add(cleanText(text));
  }
  const end = (hasColour ? RESET : '') + ' '.repeat(width - view.used);
  return { text: view.shown + end, token: 'raw', width };
}

/** A screen, and the part of it that is to be shown. */
export interface CropRequest {
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
  /** Cells that the view was moved to the right, lines that it was moved up. */
  readonly panColumns: number;
  readonly panRows: number;
  /** Kept in sight unless the person panned; null when there is none. */
  readonly cursor: { readonly column: number; readonly row: number } | null;
}

/** Blank lines at the end of a screen hold nothing; the view is anchored at what is above them. Counts from 0. */
export function lastUsedRow({ lines, cursor }: Pick<CropRequest, 'lines' | 'cursor'>): number {
  const last = lines.findLastIndex((line) => line.replace(pieces, '$2').trim() !== '');
  return Math.max(last, cursor?.row ?? -1);
}

// Where the part in sight begins; a cursor outside of it pulls it along unless the person panned.
function originOf(request: CropRequest): { readonly row: number; readonly column: number } {
  const { columns, rows, panColumns, panRows, cursor } = request;
  const row = Math.max(0, lastUsedRow(request) + 1 - panRows) - rows;
  if (panColumns > 0 || panRows > 0 || cursor === null) return { row, column: panColumns };
  return { row: Math.min(row, cursor.row), column: Math.max(0, cursor.column - columns + 1) };
}

/** A screen cropped to `columns` × `rows`, never scaled: anchored bottom left, with the cursor in sight. */
export function cropScreen(request: CropRequest): readonly Line[] {
  const { lines, columns, rows } = request;
  const { row: first, column } = originOf(request);
  return Array.from({ length: rows }, (_, index) => {
    const line = first + index < 0 ? undefined : lines[first + index];
    return line === undefined ? [blank(columns)] : [cropLine(line, column, columns)];
  });
}
