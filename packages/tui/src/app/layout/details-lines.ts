import type { AgentRecord, Explanation } from '@swarm-tui/hub/client';
import { stateText } from '../state/agent-state.ts';
import { formatClock, formatPlural, formatNumber, formatSpan } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { cellWidth, fitLeft, graphemes } from './cells.ts';
import { cleanText } from './clean-text.ts';
import { blank, fitLine, type Line, span } from './line.ts';
import { branchOf } from './row-line.ts';

/** What the details side is drawn from. */
export interface DetailsContent {
  readonly agent: AgentRecord;
  /** Why it has its state; null until the hub said so. */
  readonly explanation: Explanation | null;
  readonly now: number;
  readonly glyphs: GlyphSet;
  readonly hasFocus: boolean;
}

/** One fact: its name once, then as many lines as its text takes. A null is a blank line between groups. */
type Fact = readonly [label: string, ...lines: readonly string[]] | null;

function stateFacts({ agent, explanation, now }: DetailsContent): Fact[] {
  const { activity } = agent;
  const deciding = explanation?.evidence.find(({ verdict }) => verdict === 'decides');
  const agreeing = explanation?.evidence.filter(({ verdict }) => verdict === 'agrees') ?? [];
  const proof = deciding === undefined ? [] : [`${deciding.source} ${deciding.says}`];
  const agrees = agreeing.length === 0 ? [] : [`${agreeing.map(({ source }) => source).join(', ')} agrees`];
  return [
    ['state', stateText(agent)],
    ['since', `${formatClock(activity.since, now)}  (${formatSpan(now - activity.since)})`],
    ...(proof.length > 0 ? [['proof', ...proof, ...agrees] as const] : []),
    ...(agent.lifecycleReason === null ? [] : [['reason', agent.lifecycleReason] as const]),
    null,
    ...(activity.detail === null
      ? []
      : [[activity.reason === 'permission' ? 'command' : 'asks', activity.detail] as const, null]),
  ];
}

function gitFacts({ agent, glyphs }: DetailsContent): Fact[] {
  const { git } = agent;
  const branch = branchOf(agent);
  const unpushed = git === null || git.unpushed === 0 ? [] : [`${formatPlural(git.unpushed, 'commit')} not pushed`];
  const changed =
    git === null
      ? 'unknown'
      : `${formatPlural(git.dirtyFiles, 'file')}  +${formatNumber(git.added)} ${glyphs.of.minus}${formatNumber(git.removed)}`;
  return [
    ...(branch === '' ? [] : [['branch', branch, ...unpushed] as const]),
    ['changed', changed],
    ['in', agent.directory],
    null,
  ];
}

function runFacts({ agent }: DetailsContent): Fact[] {
  const queue =
    agent.queued === 0 ? 'empty' : `${formatPlural(agent.queued, 'message')} ${agent.queued === 1 ? 'waits' : 'wait'}`;
  return [
    ['name', agent.name],
    ['provider', agent.model === null ? agent.provider : `${agent.provider} ${agent.model}`],
    ['host', agent.host],
    ['queue', queue],
    null,
    ['id', agent.pid === null ? agent.id : `${agent.id}  pid ${agent.pid}`],
    ['attach', 'y copies the command'],
  ];
}

const LABEL = 10;

/** Breaks a text at blanks where it can; at most `limit` lines, so that one fact never fills the side. */
export function wrapText(text: string, width: number, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const flush = (): void => {
    lines.push(line);
    line = '';
  };
  for (const word of cleanText(text).split(' ')) {
    if (line !== '' && cellWidth(line) + 1 + cellWidth(word) > width) flush();
    if (cellWidth(word) <= width) {
      line = line === '' ? word : `${line} ${word}`;
      continue;
    }
    for (const grapheme of graphemes(word)) {
      if (cellWidth(line) + cellWidth(grapheme) > width) flush();
      line += grapheme;
    }
  }
  if (line !== '') flush();
  return lines.slice(0, limit);
}

function factLines(fact: Fact, width: number): readonly Line[] {
  if (fact === null) return [[blank(width)]];
  const [label, ...texts] = fact;
  const wrapped = texts.flatMap((text) => wrapText(text, width - LABEL, 4));
  return wrapped.map((text, index) =>
    fitLine([span(fitLeft(index === 0 ? label : '', LABEL), 'dim'), span(text)], width),
  );
}

/** The details side at 180 columns and more. */
export function detailsLines(content: DetailsContent, columns: number, rows: number): readonly Line[] {
  const { glyphs, hasFocus } = content;
  const inner = Math.max(1, columns - 3);
  const divider = span(glyphs.of.divider, hasFocus ? 'accent' : 'line');
  const facts = [...stateFacts(content), ...gitFacts(content), ...runFacts(content)];
  const body = facts.flatMap((fact) => factLines(fact, inner));
  const title = fitLine([span('Details', hasFocus ? 'accent' : 'strong')], inner);
  const lines: Line[] = [title, [blank(inner)], ...body];
  while (lines.length < rows) lines.push([blank(inner)]);
  return lines.slice(0, rows).map((line) => [divider, blank(1), ...line, blank(1)]);
}
