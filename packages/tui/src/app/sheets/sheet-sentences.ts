import { cleanText } from '../layout/clean-text.ts';
import type { Line } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { definitionOf } from './definition-of.ts';
import type { SheetLook } from './sheet-definition.ts';

function lineText(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trim();
}

/** The open sheet for a screen reader: title, lines and hints, nothing that only draws. Empty without one. */
export function sheetSentences(state: AppState, look: SheetLook): readonly string[] {
  const { sheet } = state;
  if (sheet === null) return [];
  const { title, body, hints } = definitionOf(sheet).content(sheet, state, look);
  return [cleanText(title), ...body.map(lineText), lineText(hints)].filter((text) => text !== '');
}
