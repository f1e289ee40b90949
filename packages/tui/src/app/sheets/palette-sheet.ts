import type { Command, CommandContext } from '../commands/command.ts';
import {
  commandWords,
  completeLine,
  findCommands,
  type FoundCommand,
  offeredCommands,
} from '../commands/find-command.ts';
import { shortKey } from '../commands/show-key.ts';
import { editField } from '../editing/edit-field.ts';
import { fieldLine } from '../editing/field-lines.ts';
import { createField } from '../editing/text-field.ts';
import type { InputEvent } from '../keys/key.ts';
import { fitLeft, fitRight } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { rememberLine } from '../state/memory.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import type { SheetDefinition, SheetLook } from './sheet-definition.ts';

type PaletteSheet = SheetOf<'palette'>;

const NAME = 26;
const KEY = 8;

function keyOf({ keys, leaderKeys = [] }: Command): string {
  const [key] = keys;
  if (key !== undefined) return shortKey(key);
  return leaderKeys[0] === undefined ? '' : `^] ${shortKey(leaderKeys[0])}`;
}

function rowLine({ command, argument }: FoundCommand, isChosen: boolean, { width, glyphs }: SheetLook): Line {
  const name = Math.min(NAME, Math.floor(width / 3));
  const about =
    argument === undefined && command.usage !== undefined ? `${command.title}  ${command.usage}` : command.title;
  return [
    span(isChosen ? ` ${glyphs.of.bar} ` : '   ', 'accent'),
    span(fitLeft(commandWords(command), name, { mark: glyphs.cut }), isChosen ? 'strong' : 'text'),
    span(fitLeft(about, Math.max(0, width - 3 - name - KEY - 2), { mark: glyphs.cut }), 'dim'),
    span(fitRight(keyOf(command), KEY), 'key'),
    blank(2),
  ];
}

function bodyOf(sheet: PaletteSheet, state: AppState, look: SheetLook): readonly Line[] {
  const { width, rows, glyphs, registry } = look;
  const found = findCommands(registry.commands, sheet.field.text, state);
  const room = Math.max(1, rows - 3);
  const first = Math.max(0, Math.min(sheet.row - room + 1, found.length - room));
  const lines = found.slice(first, first + room).map((each, index) => rowLine(each, first + index === sheet.row, look));
  if (found.length === 0) lines.push([blank(3), span('No command fits. Esc closes.', 'dim')]);
  while (lines.length < room) lines.push([blank(width)]);
  return [
    [span(' : ', 'accent'), ...fieldLine(sheet.field, { width: width - 4, glyphs, isFocused: true })],
    ...lines,
    [blank(width)],
    [span(' Words are arguments:  ', 'dim'), span('spawn codex "fix the flaky test" --worktree')],
  ];
}

function update({ dispatch }: CommandContext, sheet: PaletteSheet, patch: Partial<PaletteSheet>): void {
  dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
}

function run(context: CommandContext, sheet: PaletteSheet): void {
  const { dispatch, getState, commands, runCommand } = context;
  const found = findCommands(commands, sheet.field.text, getState())[sheet.row];
  if (found === undefined) return;
  const { command, argument } = found;
  const line = argument === undefined ? commandWords(command) : sheet.field.text.trim();
  dispatch({ type: 'memory', memory: rememberLine(getState().memory, line) });
  dispatch({ type: 'sheet.close' });
  runCommand(command.id, argument);
}

// Up leaves the rows at their top and goes back in what was run before.
function up(context: CommandContext, sheet: PaletteSheet): void {
  if (sheet.row > 0) return update(context, sheet, { row: sheet.row - 1 });
  const { palette } = context.getState().memory;
  const back = Math.min(palette.length, sheet.back + 1);
  const line = palette.at(-back);
  if (back > 0 && line !== undefined) update(context, sheet, { back, field: createField(line) });
}

function down(context: CommandContext, sheet: PaletteSheet): void {
  const { palette } = context.getState().memory;
  if (sheet.back > 0) {
    const back = sheet.back - 1;
    return update(context, sheet, { back, field: createField(back === 0 ? '' : (palette.at(-back) ?? '')) });
  }
  const count = findCommands(context.commands, sheet.field.text, context.getState()).length;
  update(context, sheet, { row: Math.max(0, Math.min(count - 1, sheet.row + 1)) });
}

function complete(context: CommandContext, sheet: PaletteSheet): void {
  const found = findCommands(context.commands, sheet.field.text, context.getState());
  const line = completeLine(sheet.field.text, found[sheet.row], context.getState());
  update(context, sheet, { field: createField(line), row: 0, back: 0 });
}

const acts: Readonly<Record<string, (context: CommandContext, sheet: PaletteSheet) => void>> = {
  Enter: run,
  Tab: complete,
  Up: up,
  Down: down,
  Esc: ({ dispatch }) => dispatch({ type: 'sheet.close' }),
};

function onInput(sheet: PaletteSheet, event: InputEvent, context: CommandContext): void {
  const act = event.type === 'key' ? acts[event.key] : undefined;
  if (act !== undefined) return act(context, sheet);
  const field = editField(sheet.field, event);
  if (field !== null) update(context, sheet, { field, row: 0, back: 0 });
}

/** `:`: every command by its name, with words behind it. */
export const paletteSheet: SheetDefinition<PaletteSheet> = {
  content: (sheet, state, look) => {
    const { commands } = look.registry;
    const all = offeredCommands(commands, state).length;
    return {
      title: 'Commands',
      note: `${findCommands(commands, sheet.field.text, state).length} of ${all}`,
      body: bodyOf(sheet, state, look),
      hints: hintLine(['Enter', 'run'], ['Tab', 'complete'], ['↑', 'history'], ['Esc', 'close']),
    };
  },
  onInput,
};
