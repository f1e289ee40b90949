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

/** What the columns are planned for. */
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

// Only the text grows by what others do not use: names keep their places while the person scrolls.
function isUsed({ id }: Rule, { hasBranches = true, hasDiffs = true }: ColumnRequest): boolean {
  if (id === 'branch') return hasBranches;
  return id !== 'diff' || hasDiffs;
}

type Extra = Readonly<Partial<Record<ColumnId, number>>>;

function placeColumns(rules: readonly Rule[], width: number, extra: Extra): readonly PlacedColumn[] {
  let end = 0;
  return rules.map(({ id, min, gap = 2 }, index) => {
    const start = Math.min(width, end + (index === 0 ? 0 : gap));
    const room = Math.max(0, Math.min(min + (extra[id] ?? 0), width - start));
    end = start + room;
    return { id, start, width: room };
  });
}

/** The columns for a width: the least important ones vanish, what is left over goes to name and text. */
export function planColumns(request: ColumnRequest): ColumnPlan {
  const { width } = request;
  const fitted = fitRules(rulesFor(request), width);
  const rules = fitted.filter((rule) => isUsed(rule, request));
  const spare = Math.max(0, width - neededWidth(fitted));
  const freed = neededWidth(fitted) - neededWidth(rules);
  const nameMin = rules.find(({ id }) => id === 'name')?.min ?? 0;
  // Three eighths of what is spare make names whole sooner than texts, which are cut anyway.
  const name = Math.min(NAME_IDEAL - nameMin, Math.ceil((spare * 3) / 8));
  const columns = placeColumns(rules, width, { name, text: spare - name + freed });
  const start = columns.find(({ id }) => id === 'text')?.start ?? 0;
  return { width, columns, question: { start, width: Math.max(0, width - 1 - start) } };
}
