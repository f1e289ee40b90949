import type { AgentRecord } from '@swarm-tui/hub/client';
import { shownState } from '../state/agent-state.ts';
import { formatSpan } from '../theme/format.ts';
import { fitLeft, fitRight } from './cells.ts';
import { blank, fitLine, type Line, span } from './line.ts';
import { barSpan, glyphSpan, leadSpans, nameSpan, type RowLook, textSpans, wordSpan } from './row-line.ts';

const WORD = 8;
const SINCE = 4;

// Word and since stand at the right: one blank between them, two before them.
function tail(agent: AgentRecord, look: RowLook): Line {
  return [
    blank(2),
    wordSpan(agent, look, fitLeft(shownState(agent).word, WORD, { mark: look.glyphs.cut })),
    blank(1),
    span(fitRight(formatSpan(look.now - agent.activity.since), SINCE), 'dim'),
  ];
}

const TAIL = 2 + WORD + 1 + SINCE;

/** A row of the dock: one line; the question of an agent that needs the person stands below. */
export function dockRow(
  agent: AgentRecord,
  width: number,
  { look, lines }: { look: RowLook; lines: number },
): readonly Line[] {
  const name = nameSpan(agent, look, Math.max(1, width - 4 - TAIL - 4));
  const first = fitLine([...leadSpans(agent, look), name, ...tail(agent, look)], width);
  if (lines < 2) return [first];
  return [first, fitLine([blank(4), ...textSpans(agent, look, Math.max(1, width - 6))], width)];
}

/** A row of the phone: two lines, both with the bar. */
export function phoneRow(agent: AgentRecord, width: number, look: RowLook): readonly Line[] {
  const mark = look.isMarked ? span(look.glyphs.of.mark, 'accent') : blank(1);
  const name = nameSpan(agent, look, Math.max(1, width - 3 - TAIL - 1));
  const first = [barSpan(look), glyphSpan(agent, look), mark, name, ...tail(agent, look)];
  const second = [barSpan(look), blank(2), ...textSpans(agent, look, Math.max(1, width - 4))];
  return [fitLine(first, width), fitLine(second, width)];
}

/** A row where there is no room for more than the name and the word. */
export function tinyRow(agent: AgentRecord, width: number, look: RowLook): Line {
  const { word } = shownState(agent);
  const nameWidth = Math.max(1, width - 4 - 1 - word.length);
  return fitLine(
    [...leadSpans(agent, look), nameSpan(agent, look, nameWidth), blank(1), wordSpan(agent, look, word)],
    width,
  );
}
