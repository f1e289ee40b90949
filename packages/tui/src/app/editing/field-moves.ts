import { cellWidth } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import { type TextField, unitAfter, unitBefore } from './text-field.ts';

const wordCharacter = /[\p{L}\p{N}_]/u;

function isWord({ text, blocks }: TextField, start: number, end: number): boolean {
  return blocks.some((block) => block.start === start) || wordCharacter.test(text.slice(start, end));
}

/** Where the word before `at` begins. */
export function wordBefore(field: TextField, at: number): number {
  let place = at;
  let hasWord = false;
  while (place > 0) {
    const start = unitBefore(field, place);
    const isPart = isWord(field, start, place);
    if (hasWord && !isPart) break;
    hasWord ||= isPart;
    place = start;
  }
  return place;
}

/** Where the word after `at` ends. */
export function wordAfter(field: TextField, at: number): number {
  let place = at;
  let hasWord = false;
  while (place < field.text.length) {
    const end = unitAfter(field, place);
    const isPart = isWord(field, place, end);
    if (hasWord && !isPart) break;
    hasWord ||= isPart;
    place = end;
  }
  return place;
}

/** Where the line that holds `at` begins; line breaks inside a block do not count. */
export function lineStart({ text, blocks }: TextField, at: number): number {
  let from = at - 1;
  while (from >= 0) {
    const found = text.lastIndexOf('\n', from);
    const block = blocks.find(({ start, end }) => start <= found && found < end);
    if (block === undefined) return found + 1;
    from = block.start - 1;
  }
  return 0;
}

/** Where the line that holds `at` ends, before its line break. */
export function lineEnd({ text, blocks }: TextField, at: number): number {
  let from = at;
  for (;;) {
    const found = text.indexOf('\n', from);
    if (found < 0) return text.length;
    const block = blocks.find(({ start, end }) => start <= found && found < end);
    if (block === undefined) return found;
    from = block.end;
  }
}

function cellsBetween({ text, blocks }: TextField, start: number, end: number): number {
  // A block has no cells of its own here: it is left or right of the place as a whole.
  const plain = blocks.reduceRight(
    (rest, block) =>
      block.start >= start && block.end <= end
        ? rest.slice(0, block.start - start) + rest.slice(block.end - start)
        : rest,
    text.slice(start, end),
  );
  return cellWidth(cleanText(plain));
}

/** The place one line up or down in the same column; null when there is no such line. */
export function lineMove(field: TextField, step: 1 | -1): number | null {
  const { cursor, text } = field;
  const own = lineStart(field, cursor);
  const edge = step < 0 ? own - 1 : lineEnd(field, cursor) + 1;
  if (edge < 0 || edge > text.length) return null;
  const start = step < 0 ? lineStart(field, edge) : edge;
  const end = lineEnd(field, start);
  const column = cellsBetween(field, own, cursor);
  let place = start;
  while (place < end) {
    const next = unitAfter(field, place);
    if (cellsBetween(field, start, next) > column) break;
    place = next;
  }
  return place;
}
