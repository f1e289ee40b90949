import type { CommandContext } from '../commands/command.ts';
import { editField } from '../editing/edit-field.ts';
import { createField, type TextField } from '../editing/text-field.ts';
import type { InputEvent } from '../keys/key.ts';
import {
  formDraft,
  providerChoices,
  runtimeChoices,
  stepWorktree,
  withName,
  withTask,
} from '../state/new-agent-form.ts';
import { type FormRow, formRows, type NewAgentForm, type SheetOf } from '../state/sheet.ts';
import { editInEditor } from './edit-in-editor.ts';
import { hintLine } from './hints.ts';
import { newAgentBody } from './new-agent-lines.ts';
import type { SheetDefinition } from './sheet-definition.ts';
import { lookAtPlace, startAgent } from './start-agent.ts';

type NewAgentSheet = SheetOf<'new-agent'>;
type Act = (context: CommandContext, sheet: NewAgentSheet) => void | Promise<void>;

function update({ dispatch }: CommandContext, sheet: NewAgentSheet, patch: Partial<NewAgentSheet>): void {
  dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
}

function setForm(context: CommandContext, sheet: NewAgentSheet, form: NewAgentForm): void {
  update(context, sheet, { form });
}

function stepRow(count: 1 | -1): Act {
  return (context, sheet) => {
    const index = (formRows.indexOf(sheet.focus) + count + formRows.length) % formRows.length;
    update(context, sheet, { focus: formRows[index] ?? 'task', completions: [] });
    return sheet.focus === 'directory' ? lookAtPlace(context) : undefined;
  };
}

// The part that all completions have in common comes at once; a second Tab goes on to the next row.
async function complete(context: CommandContext, sheet: NewAgentSheet): Promise<void> {
  const typed = sheet.form.directory.text;
  const completions = await context.services.directories.complete(typed);
  const now = context.getState().sheet;
  if (now?.kind !== 'new-agent' || now.form.directory.text !== typed) return;
  const shared = commonStart(completions);
  if (completions.length === 0 || shared.length <= typed.length) {
    if (sheet.completions.length > 0 || completions.length < 2) return stepRow(1)(context, now);
    return update(context, now, { completions });
  }
  update(context, now, {
    form: { ...now.form, directory: createField(shared) },
    completions: completions.length > 1 ? completions : [],
  });
  return lookAtPlace(context);
}

function commonStart(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = first.length;
  for (const text of texts) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

function close({ dispatch }: CommandContext, { form }: NewAgentSheet): void {
  dispatch({ type: 'draft', key: formDraft('task'), text: form.task.text });
  dispatch({ type: 'draft', key: formDraft('name'), text: form.isNameOwn ? form.name.text : '' });
  dispatch({ type: 'sheet.close' });
}

async function toEditor(context: CommandContext, sheet: NewAgentSheet): Promise<void> {
  const task = await editInEditor(context, sheet.form.task);
  if (task !== null) setForm(context, sheet, withTask(sheet.form, task));
}

const acts: Readonly<Record<string, Act>> = {
  Enter: (context, sheet) => startAgent(context, sheet, 'go'),
  'Ctrl+Enter': (context, sheet) => startAgent(context, sheet, 'stay'),
  'Ctrl+G': toEditor,
  Down: stepRow(1),
  Up: stepRow(-1),
  Tab: (context, sheet) => (sheet.focus === 'directory' ? complete(context, sheet) : stepRow(1)(context, sheet)),
  'Shift+Tab': stepRow(-1),
  Esc: close,
};

function cycle(choices: readonly string[], own: string, step: 1 | -1): string {
  return choices[(choices.indexOf(own) + step + choices.length) % choices.length] ?? own;
}

// Left and right change what is chosen; null in rows that are text.
function stepChoice(context: CommandContext, sheet: NewAgentSheet, step: 1 | -1): NewAgentForm | null {
  const state = context.getState();
  const { form, place } = sheet;
  switch (sheet.focus) {
    case 'provider':
      return { ...form, provider: cycle(providerChoices(state), form.provider, step) };
    case 'worktree':
      return stepWorktree(form, place, step);
    case 'runtime':
      return { ...form, runtimeId: cycle(runtimeChoices(state), form.runtimeId, step) };
    case 'permission':
      return { ...form, permission: form.permission === 'ask' ? 'autopilot' : 'ask' };
    default:
      return null;
  }
}

function fieldOf({ form, focus }: NewAgentSheet): TextField | null {
  const fields: Readonly<Record<FormRow, TextField | null>> = {
    task: form.task,
    name: form.name,
    directory: form.directory,
    model: form.model,
    worktree: form.worktree === 'new' ? form.branch : null,
    provider: null,
    runtime: null,
    permission: null,
  };
  return fields[focus];
}

function withField(form: NewAgentForm, focus: FormRow, field: TextField): NewAgentForm {
  switch (focus) {
    case 'task':
      return withTask(form, field);
    case 'name':
      return withName(form, field);
    case 'worktree':
      return { ...form, branch: field, isBranchOwn: field.text !== '' };
    case 'directory':
      return { ...form, directory: field };
    default:
      return { ...form, model: field };
  }
}

function choose(context: CommandContext, sheet: NewAgentSheet, key: string): NewAgentForm | null {
  if (key !== 'Left' && key !== 'Right') return null;
  return stepChoice(context, sheet, key === 'Left' ? -1 : 1);
}

// A text area keeps up and down for its lines while it has any in that direction.
function edit(sheet: NewAgentSheet, event: InputEvent): Partial<NewAgentSheet> | null {
  const field = fieldOf(sheet);
  const edited = field === null ? null : editField(field, event);
  if (edited === null) return null;
  const form = withField(sheet.form, sheet.focus, edited);
  return sheet.focus === 'directory' ? { form, completions: [] } : { form };
}

function onInput(sheet: NewAgentSheet, event: InputEvent, context: CommandContext): void | Promise<void> {
  const key = event.type === 'key' ? event.key : '';
  // While it starts only Esc does anything: the agent comes all the same.
  if (sheet.isStarting) return key === 'Esc' ? context.dispatch({ type: 'sheet.close' }) : undefined;
  const form = choose(context, sheet, key);
  if (form !== null) return setForm(context, sheet, form);
  const edited = edit(sheet, event);
  if (edited !== null) return update(context, sheet, edited);
  const act = acts[key] ?? (fieldOf(sheet) === null ? choiceActs[key] : undefined);
  return act?.(context, sheet);
}

// In rows without a text letters are free.
const choiceActs: Readonly<Record<string, Act>> = { j: stepRow(1), k: stepRow(-1) };

/** `n`: the form of a new agent. */
export const newAgentSheet: SheetDefinition<NewAgentSheet> = {
  content: (sheet, state, look) => ({
    title: 'New agent',
    note: `${formRows.indexOf(sheet.focus) + 1} of ${formRows.length}`,
    body: newAgentBody(sheet, state, look),
    hints: hintLine(['Enter', 'start'], ['^Enter', 'start, stay here'], ['↑ ↓', 'field'], ['Esc', 'keep as draft']),
  }),
  onInput,
};
