import { countLines } from '../editing/text-field.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { formRows, type Sheet, type SheetKind, type SheetOf } from '../state/sheet.ts';
import type { Size } from '../layout/regions.ts';
import { promptLines } from './prompt-lines.ts';

/** More than any screen has: the sheet takes what it can get. */
const ALL = 1000;
/** Lines of the quick prompt: no more than still count as a fragment, hints and a toast included. */
const PROMPT_LINES = 4;
const RULE_AND_HINTS = 2;
/** Lines for why a name is refused. */
export const PROBLEM_LINES = 3;
const WIDE_KEYS = 120;
const NARROW = 60;
/** Here all keys have room in five columns. */
const TALL = 40;

function messageRows({ agentIds, field, queue }: SheetOf<'message'>): number {
  const text = Math.min(10, Math.max(5, countLines(field.text)));
  return text + (agentIds.length > 1 ? 3 : 4 + Math.min(5, queue?.length ?? 0)) + RULE_AND_HINTS;
}

type RowCounts = { readonly [K in SheetKind]: (sheet: SheetOf<K>, size: Size) => number };

const rowCounts: RowCounts = {
  // Five columns beside each other are what fits in few lines; anything else is as high as it may be.
  keys: ({ isLeader = false }, { columns, rows }) => (isLeader || columns < WIDE_KEYS ? ALL : rows < TALL ? 11 : 24),
  prompt: (sheet, { columns }) => Math.min(PROMPT_LINES, promptLines(sheet, columns, unicodeGlyphs).lines.length) + 1,
  message: messageRows,
  'new-agent': () => formRows.length + 5 + RULE_AND_HINTS,
  // In few columns everything is broken over lines.
  choice: ({ agentIds, purpose }, { columns }) =>
    columns < NARROW ? ALL : (purpose === 'delete' ? 11 : 9) + Math.min(8, agentIds.length) + 1,
  rename: ({ problem }) => (problem === '' ? 3 : 2 + PROBLEM_LINES) + RULE_AND_HINTS,
  palette: () => 11,
  text: () => ALL,
  explain: () => ALL,
};

/** Lines an open sheet would like, its rule and its hints included. Pure, since the layout of everything else hangs on it. */
export function sheetRows(sheet: Sheet | null, size: Size): number {
  if (sheet === null) return 0;
  const count = rowCounts[sheet.kind] as (sheet: Sheet, size: Size) => number;
  return count(sheet, size);
}
