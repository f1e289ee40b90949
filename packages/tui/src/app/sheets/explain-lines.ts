import type { AgentRecord, Explanation } from '@swarm-tui/hub/client';
import { fitLeft, fitRight } from '../layout/cells.ts';
import { cleanName, cleanText } from '../layout/clean-text.ts';
import { wrapText } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { shownState, stateText } from '../state/agent-state.ts';
import { formatClock, formatSpan } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';

/** What the sheet of `i` shows: the agent, and what the hub said of it. */
export interface ExplainContent {
  readonly agent: AgentRecord;
  readonly explanation: Explanation;
  readonly now: number;
  readonly width: number;
  readonly glyphs: GlyphSet;
}

type ExplainedRow = Explanation['evidence'][number];

const SOURCE = 12;
const FACT = 9;
// Age, trust and verdict with their gaps, and a margin at the right.
const AFTER_SAYS = 5 + 2 + 5 + 2 + 19;

function stateLine({ agent, explanation, now, glyphs }: ExplainContent): Line {
  const { lifecycle, activity } = explanation;
  const { glyph, token } = shownState(agent);
  // As of when it was explained: the record may be newer.
  const state = cleanText(stateText({ ...agent, lifecycle, activity }));
  const since = `since ${formatClock(activity.since, now)} (${formatSpan(now - activity.since)})`;
  const doubt = activity.conflict ? '   two sources contradict' : '';
  return [
    span(`   ${glyphs.of[glyph]} `, token),
    span(state, 'strong'),
    span(`   ${since}   sure: ${activity.certainty}${doubt}`, 'dim'),
  ];
}

function evidenceLine(row: ExplainedRow, { now, width }: ExplainContent): Line {
  const says = Math.max(8, width - 3 - SOURCE - AFTER_SAYS);
  const isAbsent = row.verdict === 'absent';
  const token = row.verdict === 'decides' ? 'strong' : isAbsent ? 'dim' : 'text';
  return [
    blank(3),
    span(fitLeft(row.source, SOURCE), token),
    span(fitLeft(cleanText(row.says), says), token),
    span(fitRight(isAbsent ? '–' : ageText(row.at, now), 5), 'dim'),
    span(`  ${fitLeft(String(row.trust), 5)}  `, 'dim'),
    span(row.verdict, token),
  ];
}

function ageText(at: number, now: number): string {
  return now - at < 1000 ? 'now' : formatSpan(now - at);
}

function fact(label: string, text: string, width: number): readonly Line[] {
  const room = width - 3 - FACT - 2;
  return wrapText(text, Math.max(10, room), 4).map((part, index) => [
    blank(3),
    span(fitLeft(index === 0 ? label : '', FACT), 'dim'),
    span(part),
  ]);
}

function historyText({ explanation, now }: ExplainContent): string {
  return explanation.history
    .map(({ at, state, reason }) => `${formatClock(at, now)} ${state}${reason === null ? '' : `, ${reason}`}`)
    .join('   ');
}

// Nothing speaks for an agent that does not run.
function evidenceLines(content: ExplainContent): readonly Line[] {
  const { explanation, width } = content;
  if (explanation.evidence.length === 0) return [];
  const says = Math.max(8, width - 3 - SOURCE - AFTER_SAYS);
  const head = `${fitLeft('source', SOURCE)}${fitLeft('says', says)}${fitRight('age', 5)}  trust  verdict`;
  return [[blank(3), span(head, 'dim')], ...explanation.evidence.map((row) => evidenceLine(row, content)), []];
}

/** Why an agent has its state: every source, its age, its trust and what came of it. */
export function explainLines(content: ExplainContent): readonly Line[] {
  const { agent, explanation, width } = content;
  const because = wrapText(explanation.because, width - 6, 12);
  const { detail } = explanation.activity;
  return [
    stateLine(content),
    ...because.map((text): Line => [blank(3), span(text, 'dim')]),
    [],
    ...evidenceLines(content),
    ...(detail === null ? [] : fact('asked', detail, width)),
    ...(explanation.history.length === 0 ? [] : fact('history', historyText(content), width)),
    ...fact('in', agent.directory, width),
    ...fact('attach', agent.attachCommand, width),
    [],
    [blank(3), span(`The same as  swarm-tui explain ${cleanName(agent.name)}`, 'dim')],
  ];
}
