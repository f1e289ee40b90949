import type { PaneFrame } from '@swarm-tui/core';

/** The part of a pane that tells what became of typed text. */
export type Screen = Pick<PaneFrame, 'lines' | 'cursor'>;

/** So much of a text's end tells it from other texts. */
const tailLength = 60;
/** Agents show a mark instead of a long paste: `[Pasted text #1 +20 lines]`. */
const pasteMark = /\[pasted\b[^\]]*\]/giu;
/** What a frame around an input box, and its wrapping, add to a text. */
const decoration = /[\s\u2500-\u259F\p{Cc}]+/gu;
const wide = /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Whether a text that was typed between the two looks is to be seen: itself or, for a long one, the agent's mark for it. */
export function showsEcho(text: string, before: Screen | null, after: Screen): boolean {
  if (holdsInput(text, after)) return true;
  const [was, is] = [before === null ? '' : before.lines.join('\n'), after.lines.join('\n')];
  const tail = tailOf(text);
  if (count(squeeze(is), tail) > count(squeeze(was), tail)) return true;
  return (is.match(pasteMark) ?? []).length > (was.match(pasteMark) ?? []).length;
}

/** Whether the text stands right before the cursor: it was typed as a whole, and nothing submitted it. */
export function holdsInput(text: string, { lines, cursor }: Screen): boolean {
  const line = squeeze(leftOfCursor({ lines, cursor }));
  if (line === '') return false;
  return `${squeeze(lines.slice(0, cursor.y).join('\n'))}${line}`.endsWith(tailOf(text));
}

/** What stands left of the cursor in its line. */
export function leftOfCursor({ lines, cursor }: Screen): string {
  return cutCells(lines[cursor.y] ?? '', cursor.x);
}

function tailOf(text: string): string {
  return squeeze(text).slice(-tailLength);
}

function squeeze(text: string): string {
  return text.replace(decoration, '');
}

function count(text: string, part: string): number {
  return part === '' ? 0 : text.split(part).length - 1;
}

/** The characters in the first `cells` cells of a line. */
function cutCells(line: string, cells: number): string {
  let used = 0;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (used >= cells) break;
    used += wide.test(segment) ? 2 : 1;
    cut += segment;
  }
  return cut;
}
