import type { CommandContext } from '../commands/command.ts';
import { neighbourAgent } from '../commands/targets.ts';
import { windowOf } from '../editing/field-lines.ts';
import { editField } from '../editing/edit-field.ts';
import { createField, type TextField } from '../editing/text-field.ts';
import type { InputEvent } from '../keys/key.ts';
import { cleanName } from '../layout/clean-text.ts';
import { span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { draftField, messageDraft } from './drafts.ts';
import { editInEditor } from './edit-in-editor.ts';
import { hintLine } from './hints.ts';
import { promptLines } from './prompt-lines.ts';
import { sendMessage } from './send-message.ts';
import type { SheetDefinition } from './sheet-definition.ts';

type PromptSheet = SheetOf<'prompt'>;

function keepDraft({ dispatch }: CommandContext, { agentId, field }: PromptSheet): void {
  dispatch({ type: 'draft', key: messageDraft([agentId]), text: field.text });
}

function update(context: CommandContext, sheet: PromptSheet, patch: Partial<PromptSheet>): void {
  context.dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
}

// The field is empty at once, so that the next text can be typed; a text that was refused comes back.
async function send(context: CommandContext, sheet: PromptSheet): Promise<void> {
  const { agentId, field } = sheet;
  if (field.text.trim() === '') return;
  update(context, sheet, { field: createField('', { isMultiline: true }), note: 'sending' });
  context.dispatch({ type: 'draft', key: messageDraft([agentId]), text: '' });
  const [sent] = await sendMessage(context, [agentId], field.text);
  const now = context.getState().sheet;
  const isSame = now?.kind === 'prompt' && now.agentId === agentId;
  // What becomes of it is a notice, which follows it.
  if (sent !== undefined) return isSame ? update(context, now, { note: '' }) : undefined;
  if (isSame && now.field.text === '') update(context, now, { field, note: '' });
  else context.dispatch({ type: 'draft', key: messageDraft([agentId]), text: field.text });
}

function turnTo(context: CommandContext, sheet: PromptSheet, step: 1 | -1): void {
  const agent = neighbourAgent(context.getState(), sheet.agentId, { step });
  if (agent === undefined) return;
  keepDraft(context, sheet);
  context.dispatch({ type: 'cursor.to', key: agent.id });
  const field = draftField(context.getState(), messageDraft([agent.id]));
  update(context, sheet, { agentId: agent.id, name: cleanName(agent.name), field, note: '' });
}

function close(context: CommandContext, sheet: PromptSheet): void {
  keepDraft(context, sheet);
  context.dispatch({ type: 'sheet.close' });
}

async function toEditor(context: CommandContext, sheet: PromptSheet): Promise<void> {
  const field: TextField | null = await editInEditor(context, sheet.field);
  if (field !== null) update(context, sheet, { field });
}

type Act = (context: CommandContext, sheet: PromptSheet) => void | Promise<void>;

const acts: Readonly<Record<string, Act>> = {
  Enter: send,
  Tab: (context, sheet) => turnTo(context, sheet, 1),
  'Shift+Tab': (context, sheet) => turnTo(context, sheet, -1),
  'Ctrl+G': toEditor,
  Esc: close,
};

function onInput(sheet: PromptSheet, event: InputEvent, context: CommandContext): void | Promise<void> {
  const act = event.type === 'key' ? acts[event.key] : undefined;
  if (act !== undefined) return act(context, sheet);
  const field = editField(sheet.field, event);
  if (field !== null) update(context, sheet, { field, note: '' });
}

/** `Space`: a line at the bottom that sends to the selected agent and stays open. */
export const promptSheet: SheetDefinition<PromptSheet> = {
  content: (sheet, { fleet }, { width, rows, glyphs }) => {
    const queued = fleet.agents.get(sheet.agentId)?.queued ?? 0;
    const note = sheet.note === '' && queued > 0 ? `queued: ${queued}` : sheet.note;
    return {
      title: '',
      note: '',
      // The frame counts a rule that a fragment does not have.
      body: windowOf(promptLines(sheet, width, glyphs), Math.max(1, rows + 1)),
      hints: hintLine(['Enter', 'send, stays open'], ['Tab', 'next agent'], ['Alt+Enter', 'line'], ['Esc', 'close']),
      hintNote: note === '' ? [] : [span(note, 'dim')],
    };
  },
  onInput,
};
