import { cleanText } from '../layout/clean-text.ts';
import { wrapText } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import { scrolled, scrollKey, sheetRoom } from './scroll.ts';
import type { SheetDefinition } from './sheet-definition.ts';

function linesOf(text: string, width: number): readonly Line[] {
  return text
    .replace(/\n+$/u, '')
    .split(/\r\n|\n/u)
    .flatMap((line): Line[] => {
      const shown = cleanText(line);
      // A line that fits keeps its columns; only what is too long is broken.
      if (shown.length <= width - 2) return [[blank(1), span(shown)]];
      return wrapText(line, width - 4, 500).map((part, index) => [blank(index === 0 ? 1 : 3), span(part)]);
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
  onInput: async (sheet, event, { services, dispatch, getState }) => {
    const state = getState();
    const count = linesOf(sheet.text ?? '', state.size.columns).length;
    const scroll = scrollKey(event, sheet.scroll, { count, rows: sheetRoom(state) });
    if (scroll !== null) return dispatch({ type: 'sheet.update', sheet: { ...sheet, scroll } });
    if (event.type !== 'key') return;
    if (event.key === 'Esc' || event.key === 'q') return dispatch({ type: 'sheet.close' });
    if (event.key !== 'y' || sheet.text === null) return;
    await services.copy(sheet.text);
    dispatch({ type: 'toast', kind: 'info', text: 'Copied as text' });
  },
};
