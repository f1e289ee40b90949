import type { CommandContext } from '../commands/command.ts';
import { errorText } from '../commands/error-text.ts';
import { nameOf } from '../commands/targets.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { explainLines } from './explain-lines.ts';
import { hintLine } from './hints.ts';
import type { SheetDefinition } from './sheet-definition.ts';
import { scrolled, scrollKey, sheetRoom } from './scroll.ts';

type ExplainSheet = SheetOf<'explain'>;

function linesOf(sheet: ExplainSheet, state: AppState, look: { width: number; glyphs: GlyphSet }): readonly Line[] {
  const agent = state.fleet.agents.get(sheet.agentId);
  if (sheet.problem !== null) return [[blank(3), span(cleanText(sheet.problem), 'danger')]];
  if (agent === undefined || sheet.explanation === null) return [[blank(3), span('Asking the hub …', 'dim')]];
  return explainLines({ agent, explanation: sheet.explanation, now: state.now, ...look });
}

/** Opens the sheet at once and fills it when the hub has answered. */
export async function openExplain({ services, dispatch, getState }: CommandContext, agentId: string): Promise<void> {
  dispatch({ type: 'sheet.open', sheet: { kind: 'explain', agentId, explanation: null, problem: null, scroll: 0 } });
  const fill = (patch: Partial<ExplainSheet>): void => {
    const { sheet } = getState();
    if (sheet?.kind === 'explain' && sheet.agentId === agentId)
      dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
  };
  try {
    fill({ explanation: await services.hub.request('agent.explain', { id: agentId }) });
  } catch (error) {
    fill({ problem: errorText(error) });
  }
}

async function copyText({ services, getState, dispatch }: CommandContext, sheet: ExplainSheet): Promise<void> {
  const lines = linesOf(sheet, getState(), { width: 100, glyphs: unicodeGlyphs });
  const text = lines
    .map((line) =>
      line
        .map((part) => part.text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
  await services.copy(`${nameOf(getState(), sheet.agentId)}  why this state\n\n${text}\n`);
  dispatch({ type: 'toast', kind: 'info', text: 'Copied as text' });
}

/** `i`: why this state. */
export const explainSheet: SheetDefinition<ExplainSheet> = {
  content: (sheet, state, look) => {
    const { body, note } = scrolled(linesOf(sheet, state, look), sheet.scroll, look.rows);
    return {
      title: `${nameOf(state, sheet.agentId)}  why this state`,
      note,
      body,
      hints: hintLine(['y', 'copy as text'], ['j k', 'scroll'], ['i', 'ask again'], ['Esc', 'back']),
    };
  },
  onInput: (sheet, event, context) => {
    const state = context.getState();
    const look = { width: state.size.columns, glyphs: unicodeGlyphs };
    const size = { count: linesOf(sheet, state, look).length, rows: sheetRoom(state) };
    const scroll = scrollKey(event, sheet.scroll, size);
    if (scroll !== null) return context.dispatch({ type: 'sheet.update', sheet: { ...sheet, scroll } });
    if (event.type !== 'key') return;
    if (event.key === 'Esc' || event.key === 'q') return context.dispatch({ type: 'sheet.close' });
    if (event.key === 'y') return copyText(context, sheet);
    if (event.key === 'i') return openExplain(context, sheet.agentId);
  },
};
