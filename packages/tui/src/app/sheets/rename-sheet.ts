import type { CommandContext } from '../commands/command.ts';
import { errorText } from '../commands/error-text.ts';
import { nameOf } from '../commands/targets.ts';
import { editField } from '../editing/edit-field.ts';
import { fieldLine } from '../editing/field-lines.ts';
import type { InputEvent } from '../keys/key.ts';
import { graphemes } from '../layout/cells.ts';
import { wrapText } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import type { SheetDefinition } from './sheet-definition.ts';
import { PROBLEM_LINES } from './sheet-rows.ts';

type RenameSheet = SheetOf<'rename'>;

/** Graphemes of the longest name (screens.md, section 4). */
export const NAME_GRAPHEMES = 64;

/** Renames an agent; nothing happens for the name it has. Rejects for a name that is taken or cannot be one. */
export async function renameAgent({ services, getState }: CommandContext, id: string, name: string): Promise<void> {
  const wanted = name.trim();
  if (wanted === getState().fleet.agents.get(id)?.name) return;
  await services.hub.request('agent.rename', { id, name: wanted });
}

// A name that is refused stays to be mended, with the reason below it.
async function take(sheet: RenameSheet, context: CommandContext): Promise<void> {
  const { dispatch, getState } = context;
  const isOpen = (): boolean => {
    const now = getState().sheet;
    return now?.kind === 'rename' && now.agentId === sheet.agentId;
  };
  try {
    await renameAgent(context, sheet.agentId, sheet.field.text);
    if (isOpen()) dispatch({ type: 'sheet.close' });
  } catch (error) {
    if (!isOpen()) throw error;
    dispatch({ type: 'sheet.update', sheet: { ...sheet, problem: errorText(error) } });
  }
}

async function onInput(sheet: RenameSheet, event: InputEvent, context: CommandContext): Promise<void> {
  const { dispatch } = context;
  if (event.type === 'key' && event.key === 'Esc') return dispatch({ type: 'sheet.close' });
  if (event.type === 'key' && event.key === 'Enter') return take(sheet, context);
  const field = editField(sheet.field, event);
  if (field !== null) dispatch({ type: 'sheet.update', sheet: { ...sheet, field, problem: '' } });
}

function problemLines(problem: string, width: number): readonly Line[] {
  return wrapText(problem, width - 4, PROBLEM_LINES).map((text) => [blank(3), span(text, 'danger')]);
}

/** `r`: another name. */
export const renameSheet: SheetDefinition<RenameSheet> = {
  content: (sheet, state, { width, glyphs }) => ({
    title: `Rename ${nameOf(state, sheet.agentId)}`,
    note: `${graphemes(sheet.field.text).length} of ${NAME_GRAPHEMES}`,
    body: [
      [
        span(` ${glyphs.of.prompt} `, 'accent'),
        ...fieldLine(sheet.field, { width: width - 4, glyphs, isFocused: true }),
      ],
      [],
      ...(sheet.problem === ''
        ? [[span('   Its worktree and branch keep their names.', 'dim')]]
        : problemLines(sheet.problem, width)),
    ],
    hints: hintLine(['Enter', 'rename'], ['^U', 'empty it'], ['Esc', 'leave it']),
  }),
  onInput,
};
