import { countLines } from '../editing/text-field.ts';
import type { InputEvent } from '../keys/key.ts';
import { cleanText } from '../layout/clean-text.ts';
import { wrapText } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import type { SheetDefinition } from './sheet-definition.ts';

const PAGE = 10;
const WHEEL = 3;

const scrolls: Readonly<Record<string, (scroll: number) => number>> = {
  j: (scroll) => scroll + 1,
  Down: (scroll) => scroll + 1,
  k: (scroll) => scroll - 1,
  Up: (scroll) => scroll - 1,
  PgDn: (scroll) => scroll + PAGE,
  Space: (scroll) => scroll + PAGE,
  PgUp: (scroll) => scroll - PAGE,
  g: () => 0,
  Home: () => 0,
  'wheel-down': (scroll) => scroll + WHEEL,
  'wheel-up': (scroll) => scroll - WHEEL,
};

/** Where a text of `count` lines stands after a key or a turn of the wheel; null for what does not scroll. */
export function scrollKey(event: InputEvent, scroll: number, count: number): number | null {
  const name = event.type === 'key' ? event.key : event.type === 'mouse' ? event.mouse.kind : '';
  if (name === 'G' || name === 'End') return count;
  const move = scrolls[name];
  return move === undefined ? null : Math.max(0, Math.min(count, move(scroll)));
}

/** The part of `lines` that shows at `scroll`, never past the end, and what to say about it. */
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

function linesOf(text: string, width: number): readonly Line[] {
  return text
    .replace(/\n+$/u, '')
    .split(/\r\n|\n/u)
    .flatMap((line): Line[] => {
      const shown = cleanText(line);
      // A line that fits keeps its columns; only what is too long is broken.
      if (shown.length <= width - 2) return [[blank(1), span(shown)]];
      return wrapText(line, width - 4, 50).map((part, index) => [blank(index === 0 ? 1 : 3), span(part)]);
    });
}

/** A text to read. */
export const textSheet: SheetDefinition<SheetOf<'text'>> = {
  content: (sheet, _state, { width, rows }) => {
    const lines: readonly Line[] =
      sheet.text === null ? [[blank(1), span('Looking …', 'dim')]] : linesOf(sheet.text, width);
    const { body, note } = scrolled(lines, sheet.scroll, rows);
    return {
      title: sheet.title,
      note,
      body,
      hints: hintLine(['j k', 'scroll'], ['y', 'copy as text'], ['Esc', 'back']),
    };
  },
  onInput: async (sheet, event, { services, dispatch }) => {
    const scroll = scrollKey(event, sheet.scroll, countLines(sheet.text ?? ''));
    if (scroll !== null) return dispatch({ type: 'sheet.update', sheet: { ...sheet, scroll } });
    if (event.type !== 'key') return;
    if (event.key === 'Esc' || event.key === 'q') return dispatch({ type: 'sheet.close' });
    if (event.key !== 'y' || sheet.text === null) return;
    await services.copy(sheet.text);
    dispatch({ type: 'toast', kind: 'info', text: 'Copied as text' });
  },
};
