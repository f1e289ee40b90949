/** Columns of a list row, left to right. `lead` is bar, mark and glyph. */
export type ColumnId = 'lead' | 'word' | 'since' | 'name' | 'host' | 'agent' | 'text' | 'branch' | 'diff' | 'age';

/** One column at its place: `start` counts cells from the left edge of the list. */
export interface PlacedColumn {
  readonly id: ColumnId;
  readonly start: number;
  readonly width: number;
}

/** The columns that fit, and how far the text of a row may go that gives its right side to a question. */
export interface ColumnPlan {
  readonly width: number;
  readonly columns: readonly PlacedColumn[];
  /** First cell of the text and its cells when it takes everything to the right. */
  readonly question: { readonly start: number; readonly width: number };
}

export interface ColumnRequest {
  /** Cells that may be written; the blank before a divider is not among them. */
  readonly width: number;
  /** Rows of more than one host are in sight: the host stands before the agent. */
  readonly hasHosts: boolean;
  /** A row in sight has something to say there; else the text gets the cells. @default true */
  readonly hasBranches?: boolean;
  readonly hasDiffs?: boolean;
}

interface Rule {
  readonly id: ColumnId;
  readonly min: number;
  /** Order in which columns vanish, 1 first; undefined never. */
  readonly drop?: number;
  /** Blank cells before it. @default 2 */
  readonly gap?: number;
}

const NAME_IDEAL = 24;
const SINCE_GAP = 1;

function rulesFor({ width, hasHosts }: ColumnRequest): readonly Rule[] {
  const agent: Rule = { id: 'agent', min: 8, drop: 8 };
  const host: Rule = { id: 'host', min: 8, drop: 6 };
  const isRoomy = width >= 90;
  return [
    { id: 'lead', min: 4, gap: 0 },
    { id: 'word', min: 8, drop: 10, gap: 0 },
    { id: 'since', min: 4, drop: 9, gap: SINCE_GAP },
    { id: 'name', min: width >= 80 ? 14 : 12 },
    ...(hasHosts ? [host, agent] : [agent]),
    { id: 'text', min: isRoomy ? 26 : 20 },
    { id: 'branch', min: 20, drop: 4 },
    { id: 'diff', min: 10, drop: 7 },
    ...(hasHosts ? [] : [host]),
    { id: 'age', min: 4, drop: 1 },
  ];
}

function neededWidth(rules: readonly Rule[]): number {
  return rules.reduce((sum, { min, gap = 2 }) => sum + min + gap, 0);
}

function fitRules(rules: readonly Rule[], width: number): readonly Rule[] {
  let kept = rules;
  while (neededWidth(kept) > width) {
    const next = kept.filter((rule) => rule.drop !== undefined).sort((a, b) => (a.drop ?? 0) - (b.drop ?? 0))[0];
    if (next === undefined) return kept;
    kept = kept.filter((rule) => rule !== next);
  }
  return kept;
}

/** The columns for a width: the least important ones vanish, what is left over goes to name and text. */
export function planColumns(request: ColumnRequest): ColumnPlan {
  const { hasBranches = true, hasDiffs = true } = request;
  const fitted = fitRules(rulesFor(request), request.width);
  const spare = Math.max(0, request.width - neededWidth(fitted));
  // Only the text grows by them: names and what stands before them keep their places while the person scrolls.
  const rules = fitted.filter(({ id }) => (id !== 'branch' || hasBranches) && (id !== 'diff' || hasDiffs));
  const freed = neededWidth(fitted) - neededWidth(rules);
  const nameMin = rules.find((rule) => rule.id === 'name')?.min ?? 0;
  // Three eighths of what is spare make names whole sooner than texts, which are cut anyway.
  const nameExtra = Math.min(NAME_IDEAL - nameMin, Math.ceil((spare * 3) / 8));
  const columns: PlacedColumn[] = [];
  let start = 0;
  for (const { id, min, gap = 2 } of rules) {
    start = Math.min(request.width, start + (columns.length === 0 ? 0 : gap));
    const extra = id === 'name' ? nameExtra : id === 'text' ? spare - nameExtra + freed : 0;
    const room = Math.max(0, Math.min(min + extra, request.width - start));
    columns.push({ id, start, width: room });
    start += room;
  }
  const textStart = columns.find((column) => column.id === 'text')?.start ?? 0;
  return {
    width: request.width,
    columns,
    question: { start: textStart, width: Math.max(0, request.width - 1 - textStart) },
  };
}
