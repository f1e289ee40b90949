import { type FieldLook, fieldLine, fieldLines, windowOf } from '../editing/field-lines.ts';
import { cut, fitLeft } from '../layout/cells.ts';
import { cleanName, cleanText } from '../layout/clean-text.ts';
import { blank, fitLine, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { providerChoices, runtimeChoices } from '../state/new-agent-form.ts';
import { type FormRow, formRows, type SheetOf } from '../state/sheet.ts';
import type { SheetLook } from './sheet-definition.ts';

type NewAgentSheet = SheetOf<'new-agent'>;

const LABEL = 11;
const VALUE = 36;
const TASK_ROWS = 2;

const labels: Readonly<Record<FormRow, string>> = {
  provider: 'Provider',
  task: 'Task',
  name: 'Name',
  directory: 'Directory',
  worktree: 'Worktree',
  runtime: 'Where',
  permission: 'Permission',
  model: 'Model',
};

interface RowText {
  readonly value: readonly Line[];
  /** At the right: what the keys do here, one line per line of the value. */
  readonly helps: readonly string[];
}

function others(choices: readonly string[], own: string): string {
  const rest = choices.filter((choice) => choice !== own);
  const shown = rest.slice(0, 3).join(', ');
  return rest.length === 0 ? 'the only one' : `← → ${shown}${rest.length > 3 ? ' …' : ''}`;
}

function providerText({ form }: NewAgentSheet, state: AppState): RowText {
  const found = state.machine?.providers.find(({ id }) => id === form.provider);
  const version = found?.version ?? null;
  const note = found !== undefined && !found.isInstalled ? '  not installed' : version === null ? '' : ` ${version}`;
  return { value: [[span(cleanText(form.provider + note))]], helps: [others(providerChoices(state), form.provider)] };
}

function worktreeText({ form, place, focus }: NewAgentSheet, look: FieldLook): RowText {
  if (place !== null && place.repository === null)
    return { value: [[span('none', 'text')]], helps: ['not in a git repository'] };
  if (form.worktree === 'none') return { value: [[span('none')]], helps: ['← → new branch, existing branch'] };
  if (form.worktree === 'existing')
    return { value: [[span('branch '), span(cleanText(form.branch.text))]], helps: ['← → none, new branch'] };
  const base = place?.branch === null || place === null ? '' : ` from ${cleanText(place.branch)}`;
  const width = Math.max(8, look.width - 5 - base.length);
  const branch = fieldLine(form.branch, { ...look, width, isFocused: focus === 'worktree' });
  return { value: [[span('new, '), ...branch, span(base)]], helps: ['← → none, existing branch'] };
}

function directoryText({ form, completions }: NewAgentSheet, look: FieldLook): RowText {
  const names = completions.map((path) => path.replace(/\/+$/u, '').split('/').at(-1) ?? path);
  const help = completions.length > 1 ? `Tab: ${cleanText(names.join('  '))}` : 'Tab completes';
  return { value: [fieldLine(form.directory, look)], helps: [help] };
}

/** What a row of the form is drawn from. */
interface RowContent {
  readonly sheet: NewAgentSheet;
  readonly state: AppState;
  readonly look: FieldLook;
}

const rowTexts: Readonly<Record<FormRow, (content: RowContent) => RowText>> = {
  provider: ({ sheet, state }) => providerText(sheet, state),
  task: ({ sheet, look }) => ({
    value: windowOf(fieldLines(sheet.form.task, { ...look, width: look.width - 3 }), TASK_ROWS),
    helps: ['Alt+Enter new line, ^G editor'],
  }),
  name: ({ sheet, look }) => ({ value: [fieldLine(sheet.form.name, look)], helps: ['from the task; edit freely'] }),
  directory: ({ sheet, look }) => directoryText(sheet, look),
  worktree: ({ sheet, look }) => worktreeText(sheet, look),
  runtime: ({ sheet: { form }, state }) => ({
    value: [[span(cleanText(form.runtimeId))]],
    helps: [others(runtimeChoices(state), form.runtimeId)],
  }),
  permission: ({ sheet: { form } }) =>
    form.permission === 'ask'
      ? { value: [[span('ask me')]], helps: ['← → autopilot'] }
      : { value: [[span('autopilot')]], helps: ['← → ask me'] },
  model: ({ sheet, look }) => ({ value: [fieldLine(sheet.form.model, look)], helps: ['empty: its own choice'] }),
};

interface FormLook {
  readonly sheet: NewAgentSheet;
  readonly state: AppState;
  readonly look: SheetLook;
}

function rowLines(row: FormRow, { sheet, state, look: { width, glyphs } }: FormLook): readonly Line[] {
  const isFocused = sheet.focus === row;
  // Below 66 columns the helps have no room of use.
  const hasHelp = width >= 66;
  const room = hasHelp ? VALUE + Math.max(0, Math.floor((width - 80) / 2)) : width - 3 - LABEL - 1;
  const { value, helps } = rowTexts[row]({ sheet, state, look: { width: room - 1, glyphs, isFocused } });
  return value.map((line, index) => {
    const left: Line = [
      span(isFocused ? ` ${glyphs.of.bar} ` : '   ', 'accent'),
      span(fitLeft(index === 0 ? labels[row] : '', LABEL), isFocused ? 'strong' : 'dim'),
      ...fitLine(line, room),
    ];
    if (!hasHelp) return left;
    const helpRoom = Math.max(0, width - 3 - LABEL - room - 1);
    return [...left, span(cut(helps[index] ?? '', helpRoom, { mark: glyphs.cut }), 'dim')];
  });
}

function notesOf({ form, overlap }: NewAgentSheet, state: AppState): readonly Line[] {
  const notes: Line[] = [];
  if (form.permission === 'autopilot') notes.push([span('   It acts without asking, with all your rights.', 'danger')]);
  if (form.worktree === 'none' && overlap.length > 0) {
    const more = overlap.length > 3 ? ` and ${overlap.length - 3} more` : '';
    const names = overlap.slice(0, 3).map(cleanName).join(', ') + more;
    notes.push([span('   Overlap ', 'strong'), span(`${names}: same directory, same files.`, 'dim')]);
  }
  const found = state.machine?.providers.find(({ id }) => id === form.provider);
  if (found?.isInstalled === false)
    notes.push([span(`   ${cleanText(form.provider)} was not found on this machine.`, 'danger')]);
  return notes.length === 0 ? [] : [[], ...notes];
}

/** The body of the form: the row in focus is always in sight. */
export function newAgentBody(sheet: NewAgentSheet, state: AppState, look: SheetLook): readonly Line[] {
  const lines: Line[] = [];
  let focusEnd = 0;
  for (const row of formRows) {
    lines.push(...rowLines(row, { sheet, state, look }));
    if (row === sheet.focus) focusEnd = lines.length;
  }
  if (sheet.isStarting) lines.push([blank(3), span('Starting …', 'dim')]);
  else lines.push(...notesOf(sheet, state));
  const first = Math.max(0, Math.min(focusEnd - look.rows, lines.length - look.rows));
  return lines.slice(first, first + look.rows);
}
