import { cellWidth, cut, type CutOptions } from './cells.ts';
import type { Token } from '../theme/tokens.ts';

/** A piece of a line with one meaning. `raw` text holds an agent's own colours and is passed on as it is. */
export interface Span {
  readonly text: string;
  readonly token: Token | 'key' | 'raw';
  /** Cells of `raw` text, whose length says nothing. */
  readonly width?: number | undefined;
}

/** One line of the screen, from left to right. */
export type Line = readonly Span[];

/** A piece of text; its token says what it means. */
export function span(text: string, token: Span['token'] = 'text'): Span {
  return { text, token };
}

/** So many empty cells. */
export function blank(width: number): Span {
  return { text: ' '.repeat(Math.max(0, width)), token: 'text' };
}

/** Cells of a line. */
export function lineWidth(line: Line): number {
  let width = 0;
  for (const { text, width: known } of line) width += known ?? cellWidth(text);
  return width;
}

/** A line of exactly `width` cells: padded with blanks, or cut without a mark. */
export function fitLine(line: Line, width: number): Line {
  const missing = width - lineWidth(line);
  if (missing === 0) return line;
  return missing > 0 ? [...line, blank(missing)] : cutLine(line, width, { mark: '' });
}

/** Cuts a line of plain spans to at most `width` cells, by default with the mark. */
function cutLine(line: Line, width: number, options: CutOptions = {}): Line {
  const kept: Span[] = [];
  let room = width;
  for (const [index, part] of line.entries()) {
    const partWidth = part.width ?? cellWidth(part.text);
    const restWidth = lineWidth(line.slice(index + 1));
    if (partWidth + (restWidth > 0 && partWidth === room ? 1 : 0) <= room) {
      kept.push(part);
      room -= partWidth;
      continue;
    }
    const text = cut(`${part.text}${restWidth > 0 ? ' ' : ''}`, room, options);
    kept.push({ text, token: part.token });
    room -= cellWidth(text);
    break;
  }
  return room > 0 && kept.length < line.length ? [...kept, blank(room)] : kept;
}

/** `left` and `right` at the two ends of `width` cells, with `margin` blank cells after `right`; `left` is cut when they meet. */
export function spread(left: Line, right: Line, { width, margin = 1 }: { width: number; margin?: number }): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0) return lineWidth(left) > width ? cutLine(left, width) : fitLine(left, width);
  const room = width - margin - rightWidth - 2;
  if (room < 0) return fitLine(left, width);
  const shown = lineWidth(left) > room ? cutLine(left, room) : left;
  return [...shown, blank(width - margin - rightWidth - lineWidth(shown)), ...right, blank(margin)];
}

/** Signs that our own words use, with an ASCII sign of the same width. */
const asciiSigns: Readonly<Record<string, string>> = {
  '…': '.',
  '–': '-',
  '−': '-',
  '·': '.',
  '×': 'x',
  '›': '>',
  '←': '<',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '▏': '|',
  '▌': '>',
};

/** A line for terminals that draw nothing but ASCII; what agents wrote in other letters stays. */
export function asciiLine(line: Line): Line {
  return line.map((part) =>
    part.token === 'raw'
      ? part
      : { ...part, text: part.text.replace(/[…–−·×›←→↑↓▏▌]/gu, (sign) => asciiSigns[sign] ?? sign) },
  );
}
