import { sanitizeText } from '@swarm-tui/core';

const maxText = 400;
/** Frames, rules, bullets and prompts that programs draw around what they say. */
const furniture = /^[\s\u2500-\u257f\u2580-\u259f|>›❯$#%⏎]+|[\s\u2500-\u257f\u2580-\u259f|]+$/gu;
const word = /[\p{L}\p{N}]{2}/u;
/** tmux writes this below the output of a program that ended. */
const deadPane = /^Pane is dead\b/u;

/** A numbered, lettered or ticked choice of a dialog, the chosen one too. */
const choice = /^[\s│|]*[›❯>▶*●○•◦-]?\s*(?:\(?(?:\d{1,2}|[a-z])[.):]|\d{1,2}\s|\[[ x✓]?\])\s*\S/iu;
/** A dialog is not taller than this. */
const dialogRows = 24;

/** What a dialog asks: its last line that ends as a question, else the last that is no choice; '' when there is none. */
export function pickQuestion(lines: readonly string[]): string {
  const said = lines.slice(-dialogRows).filter((line) => !choice.test(line));
  const question = said.findLast((line) => /\?\s*$/u.test(line.replace(furniture, '')));
  return pickText(question === undefined ? said : [question]) || pickText(lines);
}

/** The last line of a screen that says something: no frames, no empty prompt; '' when there is none. */
export function pickText(lines: readonly string[]): string {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const text = (lines[index] ?? '').replace(furniture, '');
    if (word.test(text) && !deadPane.test(text)) return sanitizeText(text, { whitespace: 'space' }).slice(0, maxText);
  }
  return '';
}
