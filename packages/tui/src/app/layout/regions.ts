/** Cells of the terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A rectangle of the screen; `column` and `row` count from 0. */
export interface Region {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** How the list is drawn: whole rows, the dock beside panes, a phone, or names alone. */
export type ListMode = 'wide' | 'dock' | 'phone' | 'tiny';

/** Where everything stands. A region is null where there is no room or no wish for it. */
export interface Regions {
  readonly mode: ListMode;
  readonly header: Region;
  readonly list: Region;
  readonly peek: Region | null;
  readonly preview: Region | null;
  readonly details: Region | null;
  readonly sheet: Region | null;
  /** Toasts, then the hints; the last lines. */
  readonly footer: Region;
}

/** What the regions are laid out for. */
export interface RegionRequest {
  /** The list stands beside panes: no preview, the dock's rows. */
  readonly isDocked: boolean;
  /** `z`: the preview takes all, or the peek all below the header. */
  readonly isZoomed: boolean;
  readonly isPreviewShown: boolean;
  /** Lines that an open sheet would like, rule and hints included; 0 without one. */
  readonly sheetRows: number;
  /** Toast lines above the hints. */
  readonly toastRows: number;
  /** A filter line stands below the header. */
  readonly hasFilter: boolean;
}

const PEEK_ROWS = 6;
/** A sheet this low never takes the whole of a small screen: the row in question stays in sight. */
const FRAGMENT_ROWS = 6;

function listMode({ columns, rows }: Size, isDocked: boolean): ListMode {
  if (columns < 40 || rows < 10) return 'tiny';
  if (isDocked) return 'dock';
  return columns < 45 ? 'phone' : 'wide';
}

function footerRows(mode: ListMode): number {
  return mode === 'phone' ? 2 : 1;
}

// At most 60 % of the height; on a small terminal the whole.
function sheetHeight({ rows }: Size, wanted: number, mode: ListMode): number {
  if (wanted <= FRAGMENT_ROWS) return Math.min(wanted, rows);
  if (rows < 16 || mode === 'phone') return rows;
  return Math.min(wanted, Math.floor(rows * 0.6));
}

/** Splits the columns of a wide screen: list, preview, details (screens.md, section 2). */
function splitColumns(columns: number): { list: number; preview: number; details: number } {
  if (columns < 110) return { list: columns, preview: 0, details: 0 };
  if (columns < 180) return { list: Math.floor(columns / 2), preview: columns - Math.floor(columns / 2), details: 0 };
  const list = Math.round(columns * 0.46);
  const preview = Math.round(columns * 0.34);
  return { list, preview, details: columns - list - preview };
}

/** The list's own header: the phone leaves a blank line below it. */
function headerRows(mode: ListMode, hasFilter: boolean): number {
  return 1 + Number(hasFilter) + Number(mode === 'phone' && !hasFilter);
}

/** One layout pass: pure, so that a test can ask for any size. */
export function layoutRegions(size: Size, request: RegionRequest): Regions {
  const mode = listMode(size, request.isDocked);
  const { columns, rows } = size;
  const sheetRows = sheetHeight(size, request.sheetRows, mode);
  const footer = sheetRows > 0 ? 0 : Math.min(rows - 1, footerRows(mode) + request.toastRows);
  const top = Math.min(headerRows(mode, request.hasFilter), rows - footer - sheetRows);
  const bottom = rows - footer - sheetRows;
  const area: Area = (column, width, [from, to] = [top, bottom]) => ({
    column,
    row: Math.min(from, rows),
    columns: width,
    rows: Math.max(0, to - from),
  });
  const base = {
    mode,
    header: area(0, columns, [0, Math.min(top, rows)]),
    sheet: sheetRows > 0 ? area(0, columns, [rows - sheetRows, rows]) : null,
    footer: area(0, columns, [rows - footer, rows]),
    peek: null,
    preview: null,
    details: null,
  };
  const hasPreview = mode === 'wide' && request.isPreviewShown;
  if (!hasPreview) return { ...base, list: area(0, columns) };
  if (request.isZoomed) return { ...base, list: area(0, 0), preview: area(0, columns) };
  const split = splitColumns(columns);
  if (split.preview === 0) return withPeek(base, size, area);
  return {
    ...base,
    list: area(0, split.list),
    preview: area(split.list, split.preview),
    details: split.details > 0 ? area(split.list + split.preview, split.details) : null,
  };
}

/** A rectangle by its columns, and the lines from and to; by default those between header and footer. */
type Area = (column: number, width: number, lines?: readonly [from: number, to: number]) => Region;

// A peek is a rule and six lines; the list keeps at least as many.
function withPeek(base: Omit<Regions, 'list'>, { columns, rows }: Size, area: Area): Regions {
  const whole = area(0, columns);
  const peekRows = PEEK_ROWS + 1;
  if (rows < 20 || whole.rows < peekRows + 4) return { ...base, list: whole };
  const split = whole.row + whole.rows - peekRows;
  return {
    ...base,
    list: area(0, columns, [whole.row, split]),
    peek: area(0, columns, [split, whole.row + whole.rows]),
  };
}
