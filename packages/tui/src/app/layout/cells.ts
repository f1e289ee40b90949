import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ascii = /^[\u0020-\u007e]*$/u;

/** Graphemes of a text, so that nothing is ever cut inside one. */
export function graphemes(text: string): string[] {
  if (ascii.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Cells that a text without control characters takes in a terminal. */
export function cellWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** The longest beginning of `text` of at most `width` cells. */
export function takeCells(text: string, width: number): string {
  if (width <= 0) return '';
  if (ascii.test(text)) return text.slice(0, width);
  let used = 0;
  let taken = '';
  for (const { segment } of segmenter.segment(text)) {
    used += cellWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

/** The longest end of `text` of at most `width` cells. */
export function takeLastCells(text: string, width: number): string {
  if (width <= 0) return '';
  let used = 0;
  let taken = '';
  for (const segment of graphemes(text).reverse()) {
    used += cellWidth(segment);
    if (used > width) break;
    taken = segment + taken;
  }
  return taken;
}

/** How a text that is too long is cut: paths at the start, branches in the middle, all else at the end. */
export type CutPlace = 'start' | 'middle' | 'end';

/** How a text is cut. */
export interface CutOptions {
  readonly place?: CutPlace | undefined;
  /** Sign of a cut: `…` or `..`. @default '…' */
  readonly mark?: string | undefined;
}

/** Cuts `text` to at most `width` cells; the mark is part of them. */
export function cut(text: string, width: number, { place = 'end', mark = '…' }: CutOptions = {}): string {
  if (width <= 0) return '';
  if (cellWidth(text) <= width) return text;
  const room = width - cellWidth(mark);
  if (room <= 0) return takeCells(mark, width);
  if (place === 'start') return mark + takeLastCells(text, room);
  if (place === 'end') return takeCells(text, room) + mark;
  const head = takeCells(text, Math.ceil(room / 2));
  return head + mark + takeLastCells(text, room - cellWidth(head));
}

/** Cuts or pads on the right to exactly `width` cells. */
export function fitLeft(text: string, width: number, options?: CutOptions): string {
  const shown = cut(text, width, options);
  return shown + ' '.repeat(Math.max(0, width - cellWidth(shown)));
}

/** Cuts or pads on the left to exactly `width` cells. */
export function fitRight(text: string, width: number, options?: CutOptions): string {
  const shown = cut(text, width, options);
  return ' '.repeat(Math.max(0, width - cellWidth(shown))) + shown;
}
