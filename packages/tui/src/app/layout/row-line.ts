import type { AgentRecord } from '@swarm-tui/hub/client';
import { formatNumber, formatSpan } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import type { Token } from '../theme/tokens.ts';
import { shownState, shownText } from '../state/agent-state.ts';
import { fitLeft, fitRight } from './cells.ts';
import { cleanName, cleanText } from './clean-text.ts';
import type { ColumnId, ColumnPlan } from './columns.ts';
import { blank, fitLine, type Line, type Span, span } from './line.ts';

/** What a row is drawn from, besides its agent. */
export interface RowLook {
  readonly glyphs: GlyphSet;
  readonly now: number;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  /** The hub is gone: the row is dim and says since when it is not known. */
  readonly lostSince: string | null;
  /** Off beat of the pulse of a working agent that writes. */
  readonly isPulseLow: boolean;
}

/** A list row in wide mode, exactly as wide as its plan. */
export function rowLine(agent: AgentRecord, plan: ColumnPlan, look: RowLook): Line {
  const { section } = shownState(agent);
  const isQuestion = section === 'needs-you' || look.lostSince !== null;
  const line: Span[] = [];
  let used = 0;
  for (const column of plan.columns) {
    if (isQuestion && column.start > plan.question.start) break;
    const isText = column.id === 'text';
    const width = isText && isQuestion ? plan.question.width : column.width;
    if (width === 0) continue;
    line.push(blank(column.start - used), ...cells[column.id](agent, width, look));
    used = column.start + width;
  }
  return fitLine(line, plan.width);
}

type Cell = (agent: AgentRecord, width: number, look: RowLook) => readonly Span[];

const dimCell =
  (read: (agent: AgentRecord) => string, place: 'end' | 'middle' = 'end'): Cell =>
  (agent, width, { glyphs }) => [span(fitLeft(cleanText(read(agent)), width, { mark: glyphs.cut, place }), 'dim')];

const spanCell =
  (read: (agent: AgentRecord) => number): Cell =>
  (agent, width, { now }) => [span(fitRight(formatSpan(now - read(agent)), width), 'dim')];

const cells: Readonly<Record<ColumnId, Cell>> = {
  lead: (agent, _width, look) => leadSpans(agent, look),
  word: (agent, width, look) => [
    wordSpan(agent, look, fitLeft(shownState(agent).word, width, { mark: look.glyphs.cut })),
  ],
  since: spanCell(({ activity }) => activity.since),
  name: (agent, width, look) => [nameSpan(agent, look, width)],
  agent: dimCell(({ provider }) => provider),
  host: dimCell(({ host }) => host),
  text: (agent, width, look) => textSpans(agent, look, width),
  branch: dimCell((agent) => branchOf(agent), 'middle'),
  diff: (agent, width, look) => diffSpans(agent, look, width),
  age: spanCell(({ createdAt }) => createdAt),
};

/** Bar, mark, glyph: the four cells every row begins with. */
export function leadSpans(agent: AgentRecord, look: RowLook): readonly Span[] {
  const { of } = look.glyphs;
  return [barSpan(look), span(look.isMarked ? of.mark : ' ', 'accent'), glyphSpan(agent, look), blank(1)];
}

/** The bar of the row under the cursor, else a blank. */
export function barSpan({ isSelected, glyphs }: RowLook): Span {
  return isSelected ? span(glyphs.of.bar, 'accent') : blank(1);
}

/** The sign of its state. */
export function glyphSpan(agent: AgentRecord, look: RowLook): Span {
  if (look.lostSince !== null) return span(look.glyphs.of.lost, 'dim');
  const { glyph, token } = shownState(agent);
  return span(look.glyphs.of[glyph], glyph === 'working' && look.isPulseLow ? 'dim' : token);
}

// Words of working and done rows have no colour: a teal column would compete with the amber one.
function wordToken(agent: AgentRecord, look: RowLook): Token {
  const { section, token } = shownState(agent);
  if (look.lostSince !== null || section !== 'needs-you') return 'dim';
  return token;
}

/** The word of its state; only what needs the person has a colour. */
export function wordSpan(agent: AgentRecord, look: RowLook, text: string): Span {
  return span(text, wordToken(agent, look));
}

/** Its name, strong where it wants to be seen. */
export function nameSpan(agent: AgentRecord, look: RowLook, width: number): Span {
  const { section } = shownState(agent);
  const isStrong = look.lostSince === null && (section === 'needs-you' || section === 'done');
  const token = look.lostSince !== null ? 'dim' : isStrong || look.isSelected ? 'strong' : 'text';
  return span(fitLeft(cleanName(agent.name), width, { mark: look.glyphs.cut }), token);
}

/** The text column; while the hub is lost it ends with the time it was last known. */
export function textSpans(agent: AgentRecord, look: RowLook, width: number): readonly Span[] {
  const text = cleanText(shownText(agent));
  const options = { mark: look.glyphs.cut };
  if (look.lostSince === null) {
    const token = shownState(agent).section === 'needs-you' ? 'text' : 'dim';
    return [span(fitLeft(text, width, options), token)];
  }
  const note = `as of ${look.lostSince}`;
  const room = width - note.length - 2;
  if (room < 8) return [span(fitLeft(text, width, options), 'dim')];
  return [span(`${fitLeft(text, room, options)}  ${note}`, 'dim')];
}

/** The branch it works on; empty where there is none. */
export function branchOf(agent: AgentRecord): string {
  return agent.git?.branch ?? agent.worktree?.branch ?? '';
}

// Five cells for what was added, one blank, four for what was removed; zero is blank.
function diffSpans(agent: AgentRecord, look: RowLook, width: number): readonly Span[] {
  const { added, removed } = agent.git ?? { added: 0, removed: 0 };
  const plus = added === 0 ? '' : `+${formatNumber(added)}`;
  const minus = removed === 0 ? '' : `${look.glyphs.of.minus}${formatNumber(removed)}`;
  const minusWidth = 4;
  return [span(fitRight(plus, width - minusWidth - 1), 'done'), blank(1), span(fitRight(minus, minusWidth), 'danger')];
}
