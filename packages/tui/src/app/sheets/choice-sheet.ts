import type { CommandContext } from '../commands/command.ts';
import type { InputEvent, MouseInput } from '../keys/key.ts';
import { cellWidth, fitLeft } from '../layout/cells.ts';
import { wrapText } from '../layout/details-lines.ts';
import { blank, type Line, type Span, span } from '../layout/line.ts';
import { wrapLine } from '../layout/wrap-line.ts';
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

/** Lines of one label or note: a path without end does not push the other choices away. */
const MOST_LINES = 3;
/** Cells that a note beside its label needs to be read. */
const LEAST_NOTE = 20;

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

/** The lines of the body, and which choice stands on each: -1 for none. */
interface ChoiceBody {
  readonly lines: readonly Line[];
  readonly choiceAt: readonly number[];
}

interface ChoiceLook {
  readonly width: number;
  readonly mark: Span;
  /** Cells of the labels where the notes stand beside them; null: below them. */
  readonly label: number | null;
}

function choiceLines(choice: Choice, { width, mark, label }: ChoiceLook): readonly Line[] {
  const token = mark.text.trim() === '' ? 'text' : 'strong';
  const noteToken = choice.isHarmful === true ? 'danger' : 'dim';
  const key = span(choice.key === undefined ? '' : ` ${choice.key}`, 'key');
  if (label === null) {
    const labels = wrapText(choice.label, width - 5, MOST_LINES).map((text, row): Line => {
      return [mark, span(text, token), ...(row === 0 ? [key] : [])];
    });
    const notes = wrapText(choice.note, width - 6, MOST_LINES).map(
      (text): Line => [mark, blank(2), span(text, noteToken)],
    );
    return [...labels, ...notes];
  }
  const room = width - 7 - label;
  const [first = '', ...more] = wrapText(choice.note, room, MOST_LINES);
  return [
    [mark, span(fitLeft(choice.label, label), token), blank(1), span(fitLeft(first, room), noteToken), key],
    ...more.map((text): Line => [mark, blank(label + 1), span(text, noteToken)]),
  ];
}

// Beside each other as long as both can be read; else each note stands below its label.
function labelWidth(choices: readonly Choice[], width: number): number | null {
  const label = Math.max(...choices.map((choice) => cellWidth(choice.label))) + 1;
  return label <= width * 0.6 && width - 7 - label >= LEAST_NOTE ? label : null;
}

function bodyOf({ facts, choices }: Question, chosen: number, { width, rows, glyphs }: BodyLook): ChoiceBody {
  const label = labelWidth(choices, width);
  const blocks = choices.map((choice, index) => {
    const mark = index === chosen ? span(` ${glyphs.of.bar} `, 'accent') : blank(3);
    return choiceLines(choice, { width, mark, label }).map((line) => ({ line, index }));
  });
  const all = blocks.flat();
  // What is chosen is in sight, whatever the room.
  const end = all.findLastIndex(({ index }) => index === chosen) + 1;
  const from = Math.min(Math.max(0, end - rows), Math.max(0, all.length - rows));
  const inSight = all.slice(from, from + rows);
  const told = factsIn(
    facts.flatMap((line) => wrapLine(line, width)),
    rows - inSight.length - 1,
  );
  const above = told.length > 0 ? [...told, [blank(width)]] : [];
  return {
    lines: [...above, ...inSight.map(({ line }) => line)],
    choiceAt: [...above.map(() => -1), ...inSight.map(({ index }) => index)],
  };
}

function factsIn(facts: readonly Line[], room: number): readonly Line[] {
  if (facts.length <= room) return facts;
  return room < 1 ? [] : [...facts.slice(0, room - 1), moreLine(facts.length - room + 1)];
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

// A click chooses, a second one does it.
function click(sheet: ChoiceSheet, row: number, context: CommandContext): void | Promise<void> {
  const state = context.getState();
  const region = regionsOf(state).sheet;
  if (region === null) return;
  const question = questionOf(sheet, state, unicodeGlyphs);
  const { choices } = question;
  const chosen = chosenIndex(sheet, choices);
  const look = { width: region.columns, rows: sheetRoom(state), glyphs: unicodeGlyphs };
  const index = bodyOf(question, chosen, look).choiceAt[row - (region.row + 1)] ?? -1;
  const choice = choices[index];
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
      body: bodyOf(question, chosenIndex(sheet, question.choices), look).lines,
      hints: hintLine(['j k', 'choose'], ['Enter', 'do it'], ['Esc', esc]),
    };
  },
  onInput,
};
