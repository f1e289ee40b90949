import { sanitizeText } from '@swarm-tui/core';

const maxText = 400;
/** Frames, rules, bullets and prompts that programs draw around what they say. */
const furniture = /^[\s\u2500-\u257f\u2580-\u259f|>›❯$#%⏎]+|[\s\u2500-\u257f\u2580-\u259f|]+$/gu;
const word = /[\p{L}\p{N}]{2}/u;
/** tmux writes this below the output of a program that ended. */
const deadPane = /^Pane is dead\b/u;

/** The last line of a screen that says something: no frames, no empty prompt; '' when there is none. */
export function pickText(lines: readonly string[]): string {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const text = (lines[index] ?? '').replace(furniture, '');
    if (word.test(text) && !deadPane.test(text)) return sanitizeText(text, { whitespace: 'space' }).slice(0, maxText);
  }
  return '';
}
