import { type AgentRecord, describeState, type ScreenFrame } from '@swarm-tui/hub/client';
import { shownState, shownText } from '../state/agent-state.ts';
import { projectOf } from '../state/list-items.ts';
import { formatNumber } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { cellWidth, cut } from './cells.ts';
import { cleanName, cleanText } from './clean-text.ts';
import { cropScreen } from './crop-screen.ts';
import { wrapText } from './details-lines.ts';
import { blank, fitLine, type Line, span, spread } from './line.ts';
import { branchOf } from './row-line.ts';

/** What the preview shows besides the agent. */
export interface PreviewContent {
  readonly agent: AgentRecord;
  /** The live screen, or the screen with its history while the person looks back; null until it came. */
  readonly frame: ScreenFrame | null;
  readonly isHistory: boolean;
  readonly panColumns: number;
  readonly panRows: number;
  readonly glyphs: GlyphSet;
  readonly hasFocus: boolean;
}

function place({ provider, host }: AgentRecord, glyphs: GlyphSet): string {
  return `${cleanText(provider)} ${glyphs.of.dot} ${cleanText(host)}`;
}

function status({ frame, isHistory, agent }: PreviewContent): string {
  if (agent.lifecycle !== 'running' && agent.lifecycle !== 'paused') return shownState(agent).word;
  if (frame === null) return 'no screen yet';
  return isHistory ? 'looking back' : 'live';
}

function titleLine(content: PreviewContent, width: number): Line {
  const { agent, frame, glyphs, hasFocus } = content;
  const left = [span(cleanName(agent.name), hasFocus ? 'accent' : 'strong'), span(`  ${place(agent, glyphs)}`, 'dim')];
  const size =
    frame === null ? '' : ` ${glyphs.of.dot} ${frame.columns}${glyphs.name === 'ascii' ? 'x' : '×'}${frame.rows}`;
  return spread(left, [span(status(content) + size, 'dim')], { width, margin: 1 });
}

function factsLine({ agent, glyphs }: PreviewContent, width: number, hasDetails: boolean): Line {
  const { git } = agent;
  const facts: Line[] = [[span(cut(cleanText(projectOf(agent)), 24, { mark: glyphs.cut }), 'dim')]];
  const branch = branchOf(agent);
  if (branch !== '') facts.push([span(cut(cleanText(branch), 40, { place: 'middle', mark: glyphs.cut }), 'dim')]);
  // The details say the figures where there is room for them.
  if (git !== null && !hasDetails && git.added + git.removed > 0) {
    facts.push([
      span(`+${formatNumber(git.added)}`, 'done'),
      blank(1),
      span(`${glyphs.of.minus}${formatNumber(git.removed)}`, 'danger'),
    ]);
  }
  return fitLine(
    facts.flatMap((fact, index) => (index === 0 ? fact : [blank(2), ...fact])),
    width,
  );
}

// What never ran has no screen: why it does not is said in its place, whole.
function insteadLines(agent: AgentRecord, columns: number, rows: number): readonly Line[] {
  const { reason } = describeState(agent);
  const text = reason === 'start' ? `${cleanText(shownText(agent))}  R tries again, d removes the row.` : '';
  const told = wrapText(text, columns - 1, rows).map((part): Line => fitLine([span(part)], columns));
  return Array.from({ length: rows }, (_, row) => told[row] ?? [blank(columns)]);
}

function screenLines(content: PreviewContent, columns: number, rows: number): readonly Line[] {
  const { agent, frame, panColumns, panRows, isHistory } = content;
  if (frame === null) return insteadLines(agent, columns, rows);
  const cursor = isHistory ? null : frame.cursor;
  return cropScreen({ lines: frame.lines, columns, rows, panColumns, panRows, cursor });
}

/** The room that the preview has. */
export interface PreviewSize {
  readonly columns: number;
  readonly rows: number;
  /** The side beside it says the figures. */
  readonly hasDetails: boolean;
}

/** The preview half: divider, two lines of facts, a rule, the screen. */
export function previewLines(content: PreviewContent, { columns, rows, hasDetails }: PreviewSize): readonly Line[] {
  const { glyphs, hasFocus } = content;
  const divider = span(glyphs.of.divider, hasFocus ? 'accent' : 'line');
  const inner = columns - 3;
  const framed = (line: Line): Line => [divider, blank(1), ...line, blank(1)];
  const head: Line[] = [
    framed(titleLine(content, inner)),
    framed(factsLine(content, inner, hasDetails)),
    [divider, span(glyphs.of.rule.repeat(Math.max(0, columns - 1)), 'line')],
  ];
  const body = screenLines(content, inner, Math.max(0, rows - head.length)).map(framed);
  return [...head, ...body].slice(0, rows);
}

/** The peek below a narrow list: one rule with the name, then six lines of the screen. */
export function peekLines(content: PreviewContent, columns: number, rows: number): readonly Line[] {
  const { agent, glyphs, hasFocus } = content;
  const branch = branchOf(agent);
  const about = [place(agent, glyphs), ...(branch === '' ? [] : [cleanText(branch)])].join(` ${glyphs.of.dot} `);
  const state = status(content);
  const name = cut(cleanName(agent.name), Math.max(4, Math.floor(columns / 3)), { mark: glyphs.cut });
  const room = columns - cellWidth(name) - cellWidth(state) - 10;
  const shown = cut(about, Math.max(0, room), { mark: glyphs.cut });
  const used = 1 + cellWidth(name) + 2 + cellWidth(shown) + 1 + 1 + cellWidth(state) + 1;
  const rule: Line = [
    blank(1),
    span(name, hasFocus ? 'accent' : 'strong'),
    span(`  ${shown} `, 'dim'),
    span(glyphs.of.rule.repeat(Math.max(0, columns - used)), 'line'),
    span(` ${state} `, 'dim'),
  ];
  const body = screenLines(content, columns - 3, rows - 1).map((line): Line => [blank(2), ...line, blank(1)]);
  return [fitLine(rule, columns), ...body].slice(0, rows);
}
