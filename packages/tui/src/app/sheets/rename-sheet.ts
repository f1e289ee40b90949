import type { CommandContext } from '../commands/command.ts';
import { nameOf } from '../commands/targets.ts';
import { editField } from '../editing/edit-field.ts';
import { fieldLine } from '../editing/field-lines.ts';
import type { InputEvent } from '../keys/key.ts';
import { graphemes } from '../layout/cells.ts';
import { span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import type { SheetDefinition } from './sheet-definition.ts';

type RenameSheet = SheetOf<'rename'>;

/** Graphemes of the longest name (screens.md, section 4). */
export const NAME_GRAPHEMES = 64;

/** Renames an agent; nothing happens for an empty name. */
export async function renameAgent(
  { services, dispatch, getState }: CommandContext,
  id: string,
  name: string,
): Promise<void> {
  const wanted = graphemes(name.trim()).slice(0, NAME_GRAPHEMES).join('').slice(0, 512);
  if (wanted === '' || wanted === getState().fleet.agents.get(id)?.name) return;
  const agent = await services.hub.request('agent.rename', { id, name: wanted });
  // The hub may have made it unique.
  if (agent.name !== wanted)
    dispatch({ type: 'toast', kind: 'info', text: `Another agent has that name: ${agent.name}` });
}

async function onInput(sheet: RenameSheet, event: InputEvent, context: CommandContext): Promise<void> {
  const { dispatch } = context;
  if (event.type === 'key' && event.key === 'Esc') return dispatch({ type: 'sheet.close' });
  if (event.type === 'key' && event.key === 'Enter') {
    dispatch({ type: 'sheet.close' });
    return renameAgent(context, sheet.agentId, sheet.field.text);
  }
  const field = editField(sheet.field, event);
  if (field !== null) dispatch({ type: 'sheet.update', sheet: { ...sheet, field } });
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
      [span('   Its worktree and branch keep their names.', 'dim')],
    ],
    hints: hintLine(['Enter', 'rename'], ['^U', 'empty it'], ['Esc', 'leave it']),
  }),
  onInput,
};
