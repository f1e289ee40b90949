import { cellWidth, graphemes } from './cells.ts';
import { cleanText } from './clean-text.ts';
import { blank, type Line, type Span } from './line.ts';

// SGR; any other complete escape; the text between. Only SGR may reach the terminal.
const pieces =
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
  /(\u001b\[[\d;:]{0,64}m)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]?|([^\u001b]+)/gu;

const RESET = '\u001b[0m';

/** Cells `from` to `from + width` of a line with colours. A wide character cut in half becomes a blank; colours end with the line. */
export function cropLine(line: string, from: number, width: number): Span {
  let column = 0;
  let shown = '';
  let used = 0;
  let hasColour = false;
  const end = from + width;
  const put = (text: string, cells: number): void => {
    shown += text;
    used += cells;
  };
  for (const [, sgr, text] of line.matchAll(pieces)) {
    if (sgr !== undefined) {
      shown += sgr;
      hasColour = true;
    }
    if (text === undefined || column >= end) continue;
    for (const grapheme of graphemes(cleanText(text))) {
      const cells = cellWidth(grapheme);
      const next = column + cells;
      if (column >= from && next <= end) put(grapheme, cells);
      else if (next > from && column < end)
        put(' '.repeat(Math.min(next, end) - Math.max(column, from)), Math.min(next, end) - Math.max(column, from));
      column = next;
      if (column >= end) break;
    }
  }
  return { text: shown + (hasColour ? RESET : '') + ' '.repeat(width - used), token: 'raw', width };
}

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

/** A screen cropped to `columns` × `rows`, never scaled: anchored bottom left, with the cursor in sight. */
export function cropScreen(request: CropRequest): readonly Line[] {
  const { lines, columns, rows, panColumns, panRows, cursor } = request;
  const end = Math.max(0, lastUsedRow(request) + 1 - panRows);
  const isPanned = panColumns > 0 || panRows > 0;
  // A cursor above the part in sight pulls the view up.
  const top = end - rows;
  const first = !isPanned && cursor !== null && cursor.row < top ? cursor.row : top;
  const from = !isPanned && cursor !== null && cursor.column >= columns ? cursor.column - columns + 1 : panColumns;
  const cropped: Line[] = [];
  for (let row = first; row < first + rows; row += 1) {
    const line = row < 0 ? undefined : lines[row];
    cropped.push(line === undefined ? [blank(columns)] : [cropLine(line, from, columns)]);
  }
  return cropped;
}
