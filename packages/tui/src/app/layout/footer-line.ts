import type { Key } from '../keys/key.ts';
import { cellWidth } from './cells.ts';
import { blank, fitLine, type Line, lineWidth, type Span, span } from './line.ts';

/** One hint: a key, what it does, and the command that a click runs. */
export interface Hint {
  readonly key: Key;
  readonly text: string;
  readonly command: string;
  /** Hints with a lower one stay longer when the width shrinks. */
  readonly rank: number;
}

/** A hint at its place; `end` is exclusive. */
export interface PlacedHint {
  readonly start: number;
  readonly end: number;
  readonly command: string;
}

/** The hints as drawn, and where each of them stands. */
export interface FooterLine {
  readonly line: Line;
  readonly hints: readonly PlacedHint[];
}

const GAP = 2;

function hintWidth({ key, text }: Hint): number {
  return cellWidth(key) + 1 + cellWidth(text);
}

// The most important hints that fit, in the order they were given.
function fitting(hints: readonly Hint[], room: number): readonly Hint[] {
  let used = 0;
  const kept = new Set<Hint>();
  for (const hint of [...hints].sort((a, b) => a.rank - b.rank)) {
    const next = used + hintWidth(hint) + (kept.size > 0 ? GAP : 0);
    if (next > room) break;
    kept.add(hint);
    used = next;
  }
  return hints.filter((hint) => kept.has(hint));
}

/** The last line: keys that work now, and at the right how to get into an agent and out again. */
export function footerLine(hints: readonly Hint[], right: Line, width: number): FooterLine {
  const rightWidth = lineWidth(right);
  const shown = fitting(hints, width - 2 - (rightWidth > 0 ? rightWidth + GAP : 0));
  const spans: Span[] = [blank(1)];
  const placed: PlacedHint[] = [];
  let column = 1;
  for (const [index, hint] of shown.entries()) {
    if (index > 0) {
      spans.push(blank(GAP));
      column += GAP;
    }
    spans.push(span(hint.key, 'key'), span(` ${hint.text}`, 'dim'));
    const end = column + hintWidth(hint);
    placed.push({ start: column, end, command: hint.command });
    column = end;
  }
  const gap = width - 1 - rightWidth - column;
  const line = rightWidth > 0 && gap >= 0 ? [...spans, blank(gap), ...right, blank(1)] : spans;
  return { line: fitLine(line, width), hints: placed };
}
