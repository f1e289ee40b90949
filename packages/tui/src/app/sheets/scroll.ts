import type { InputEvent } from '../keys/key.ts';
import type { Line } from '../layout/line.ts';
import { toastLines } from '../layout/toast-lines.ts';
import type { AppState } from '../state/app-state.ts';
import { regionsOf } from '../state/screen-layout.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';

const WHEEL = 3;
const RULE_AND_HINTS = 2;

/** Lines to read, and how many of them show at once. */
export interface ScrollSize {
  readonly count: number;
  readonly rows: number;
}

const scrolls: Readonly<Record<string, (scroll: number, rows: number) => number>> = {
  j: (scroll) => scroll + 1,
  Down: (scroll) => scroll + 1,
  k: (scroll) => scroll - 1,
  Up: (scroll) => scroll - 1,
  PgDn: (scroll, rows) => scroll + Math.max(1, rows - 1),
  Space: (scroll, rows) => scroll + Math.max(1, rows - 1),
  PgUp: (scroll, rows) => scroll - Math.max(1, rows - 1),
  g: () => 0,
  Home: () => 0,
  G: () => Number.MAX_SAFE_INTEGER,
  End: () => Number.MAX_SAFE_INTEGER,
  'wheel-down': (scroll) => scroll + WHEEL,
  'wheel-up': (scroll) => scroll - WHEEL,
};

/** Where lines stand after a key or a turn of the wheel, never past their end; null for what does not scroll. */
export function scrollKey(event: InputEvent, scroll: number, { count, rows }: ScrollSize): number | null {
  const name = event.type === 'key' ? event.key : event.type === 'mouse' ? event.mouse.kind : '';
  const move = scrolls[name];
  const last = Math.max(0, count - rows);
  return move === undefined ? null : Math.max(0, Math.min(last, move(Math.min(scroll, last), rows)));
}

/** The part of `lines` that shows at `scroll`, never past the end, and where that is: `1–18 of 46`. */
export function scrolled(
  lines: readonly Line[],
  scroll: number,
  rows: number,
): { body: readonly Line[]; note: string } {
  const first = Math.max(0, Math.min(scroll, lines.length - rows));
  const last = Math.min(lines.length, first + rows);
  const note = lines.length > rows ? `${first + 1}–${last} of ${lines.length}` : '';
  return { body: lines.slice(first, last), note };
}

/** Lines that the body of the open sheet has, below its rule and above what is told and the hints. */
export function sheetRoom(state: AppState): number {
  const { sheet } = regionsOf(state);
  if (sheet === null) return 0;
  const told = state.toasts.length > 0 ? toastLines(state, { glyphs: unicodeGlyphs, width: sheet.columns }).length : 0;
  return Math.max(0, sheet.rows - RULE_AND_HINTS - told);
}
