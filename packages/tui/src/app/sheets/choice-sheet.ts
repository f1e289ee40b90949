import type { CommandContext } from '../commands/command.ts';
import type { InputEvent } from '../keys/key.ts';
import { cellWidth, cut, fitLeft } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { type GlyphSet, unicodeGlyphs } from '../theme/glyphs.ts';
import { interruptQuestion, restartQuestion, stopQuestion } from './act-questions.ts';
import { copyQuestion } from './copy-question.ts';
import { deleteQuestion } from './delete-question.ts';
import { hintLine } from './hints.ts';
import type { Choice, Question } from './question.ts';
import type { SheetDefinition, SheetLook } from './sheet-definition.ts';

type ChoiceSheet = SheetOf<'choice'>;

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

function bodyOf({ facts, choices }: Question, chosen: number, { width, rows, glyphs }: SheetLook): readonly Line[] {
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

function onInput(sheet: ChoiceSheet, event: InputEvent, context: CommandContext): void | Promise<void> {
  if (event.type !== 'key') return;
  const { choices } = questionOf(sheet, context.getState(), unicodeGlyphs);
  const move = (count: number): void => context.dispatch({ type: 'sheet.update', sheet: step(sheet, choices, count) });
  switch (event.key) {
    case 'Esc':
    case 'q':
      return context.dispatch({ type: 'sheet.close' });
    case 'j':
    case 'Down':
    case 'Tab':
      return move(1);
    case 'k':
    case 'Up':
    case 'Shift+Tab':
      return move(-1);
    case 'Enter':
      return take(choices[chosenIndex(sheet, choices)], context);
  }
  const direct = choices.find(({ key }) => key === event.key);
  if (direct !== undefined) return take(direct, context);
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
