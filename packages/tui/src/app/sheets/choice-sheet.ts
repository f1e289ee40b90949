import type { CommandContext } from '../commands/command.ts';
import type { InputEvent, MouseInput } from '../keys/key.ts';
import { cellWidth, cut, fitLeft } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { regionsOf } from '../state/screen-layout.ts';
import type { SheetOf } from '../state/sheet.ts';
import { type GlyphSet, unicodeGlyphs } from '../theme/glyphs.ts';
import { interruptQuestion, restartQuestion, stopQuestion } from './act-questions.ts';
import { copyQuestion } from './copy-question.ts';
import { deleteQuestion } from './delete-question.ts';
import { hintLine } from './hints.ts';
import type { Choice, Question } from './question.ts';
import { sheetRoom } from './scroll.ts';
import type { SheetDefinition, SheetLook } from './sheet-definition.ts';

type ChoiceSheet = SheetOf<'choice'>;
type BodyLook = Pick<SheetLook, 'width' | 'rows' | 'glyphs'>;

function questionOf(sheet: ChoiceSheet, state: AppState, glyphs: GlyphSet): Question {
  switch (sheet.purpose) {
    case 'delete':
      return deleteQuestion(sheet, state, glyphs);
    case 'stop':
      return stopQuestion(sheet, state);
    case 'restart':
      return restartQuestion(sheet, state);
    case 'interrupt':
      return interruptQuestion(sheet, state);
    case 'copy':
      return copyQuestion(sheet, state);
  }
}

function isClick({ kind, button, shift }: MouseInput): boolean {
  return kind === 'press' && button === 'left' && !shift;
}

// A choice that vanished meanwhile falls back to the safe one, never to a neighbour.
function chosenIndex(sheet: ChoiceSheet, choices: readonly Choice[]): number {
  const own = choices.findIndex(({ id }) => id === sheet.chosen);
  return own >= 0
    ? own
    : Math.max(
        0,
        choices.findIndex(({ isHarmful }) => isHarmful !== true),
      );
}

function choiceLine(choice: Choice, isChosen: boolean, look: { width: number; glyphs: GlyphSet; label: number }): Line {
  const { width, glyphs, label } = look;
  const room = Math.max(0, width - 6 - label);
  const key = choice.key === undefined ? '' : ` ${choice.key}`;
  return [
    span(isChosen ? ` ${glyphs.of.bar} ` : '   ', 'accent'),
    span(fitLeft(choice.label, label), isChosen ? 'strong' : 'text'),
    blank(1),
    span(fitLeft(cut(choice.note, room - 3), room), choice.isHarmful === true ? 'danger' : 'dim'),
    span(key, 'key'),
  ];
}

function bodyOf({ facts, choices }: Question, chosen: number, { width, rows, glyphs }: BodyLook): readonly Line[] {
  const widest = Math.max(...choices.map(({ label }) => cellWidth(label)));
  const label = Math.min(widest + 1, Math.floor(width * 0.6));
  const lines = choices.map((choice, index) => choiceLine(choice, index === chosen, { width, glyphs, label }));
  const room = Math.max(0, rows - lines.length - 1);
  const shown =
    facts.length > room ? [...facts.slice(0, Math.max(0, room - 1)), moreLine(facts.length - room + 1)] : facts;
  return [...shown, ...(shown.length > 0 ? [[blank(width)]] : []), ...lines].slice(0, Math.max(rows, lines.length));
}

function moreLine(count: number): Line {
  return [blank(5), span(`and ${count} more`, 'dim')];
}

async function take(choice: Choice | undefined, context: CommandContext): Promise<void> {
  if (choice === undefined) return;
  context.dispatch({ type: 'sheet.close' });
  await choice.run(context);
}

function step(sheet: ChoiceSheet, choices: readonly Choice[], count: number): ChoiceSheet {
  const index = Math.max(0, Math.min(choices.length - 1, chosenIndex(sheet, choices) + count));
  return { ...sheet, chosen: choices[index]?.id ?? null };
}

// A click chooses, a second one does it; the choices are the last lines of the body.
function click(sheet: ChoiceSheet, row: number, context: CommandContext): void | Promise<void> {
  const state = context.getState();
  const region = regionsOf(state).sheet;
  if (region === null) return;
  const question = questionOf(sheet, state, unicodeGlyphs);
  const { choices } = question;
  const chosen = chosenIndex(sheet, choices);
  const rows = sheetRoom(state);
  const { length } = bodyOf(question, chosen, { width: region.columns, rows, glyphs: unicodeGlyphs });
  const index = row - (region.row + 1) - (length - choices.length);
  const choice = index < 0 ? undefined : choices[index];
  if (choice === undefined) return;
  if (index === chosen) return take(choice, context);
  context.dispatch({ type: 'sheet.update', sheet: { ...sheet, chosen: choice.id } });
}

const steps: Readonly<Record<string, number>> = { j: 1, Down: 1, Tab: 1, k: -1, Up: -1, 'Shift+Tab': -1 };

function press(sheet: ChoiceSheet, key: string, context: CommandContext): void | Promise<void> {
  if (key === 'Esc' || key === 'q') return context.dispatch({ type: 'sheet.close' });
  const { choices } = questionOf(sheet, context.getState(), unicodeGlyphs);
  if (key === 'Enter') return take(choices[chosenIndex(sheet, choices)], context);
  const count = steps[key];
  if (count !== undefined) return context.dispatch({ type: 'sheet.update', sheet: step(sheet, choices, count) });
  return take(
    choices.find((choice) => choice.key === key),
    context,
  );
}

function onInput(sheet: ChoiceSheet, event: InputEvent, context: CommandContext): void | Promise<void> {
  if (event.type === 'key') return press(sheet, event.key, context);
  if (event.type === 'mouse' && isClick(event.mouse)) return click(sheet, event.mouse.row, context);
}

/** A question with choices: delete, stop, restart, interrupt, copy. */
export const choiceSheet: SheetDefinition<ChoiceSheet> = {
  content: (sheet, state, look) => {
    const question = questionOf(sheet, state, look.glyphs);
    const esc = sheet.purpose === 'copy' ? 'back' : 'leave all as it is';
    return {
      title: question.title,
      note: question.note,
      body: bodyOf(question, chosenIndex(sheet, question.choices), look),
      hints: hintLine(['j k', 'choose'], ['Enter', 'do it'], ['Esc', esc]),
    };
  },
  onInput,
};
