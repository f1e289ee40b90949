/** A part of a text that is shown and moved over as one piece: a large paste. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

/** A text under edit. A value: every edit gives a new one. */
export interface TextField {
  /** The whole text, blocks included; lines end with `\n`. */
  readonly text: string;
  /** Offset into `text`, always between two units (graphemes or blocks). */
  readonly cursor: number;
  /** In order, never empty, never overlapping. */
  readonly blocks: readonly Block[];
  /** False: line breaks become blanks. */
  readonly isMultiline: boolean;
}

/** A paste of more lines than this is shown as one piece (screens.md, section 4). */
export const BLOCK_LINES = 20;
/** A longer paste without line breaks is a block too, so that no key press walks through megabytes. */
const BLOCK_LENGTH = 4000;
/** What the hub takes in one message. */
const MAX_LENGTH = 1_500_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** An empty field, or one with a text and the cursor at its end. */
export function createField(text = '', { isMultiline = false }: { readonly isMultiline?: boolean } = {}): TextField {
  return insertPaste({ text: '', cursor: 0, blocks: [], isMultiline }, text);
}

/** Puts typed text where the cursor is. */
export function insertText(field: TextField, text: string): TextField {
  const added = normalise(field, text);
  return splice(field, { start: field.cursor, end: field.cursor }, added);
}

/** Puts a paste where the cursor is, as one piece when it is large. */
export function insertPaste(field: TextField, text: string): TextField {
  const added = normalise(field, text);
  const isLarge = added.length > BLOCK_LENGTH || countLines(added) > BLOCK_LINES;
  const next = splice(field, { start: field.cursor, end: field.cursor }, added);
  if (!isLarge) return next;
  const block = { start: field.cursor, end: field.cursor + added.length };
  const blocks = [...next.blocks, block].sort((a, b) => a.start - b.start);
  return { ...next, blocks, cursor: block.end };
}

/** Takes a range away; a block that is touched goes as a whole. */
export function eraseRange(field: TextField, range: Block): TextField {
  const touched = field.blocks.filter(({ start, end }) => start < range.end && end > range.start);
  const start = Math.min(range.start, ...touched.map((block) => block.start));
  const end = Math.max(range.end, ...touched.map((block) => block.end));
  return start === end ? field : splice(field, { start, end }, '');
}

/** The same text with the cursor elsewhere; moved on to the next place between two units. */
export function moveCursor(field: TextField, cursor: number): TextField {
  const placed = snap(field, Math.max(0, Math.min(cursor, field.text.length)));
  return placed === field.cursor ? field : { ...field, cursor: placed };
}

/** Lines of a text: `a\nb` has two. */
export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Where the unit before `at` begins; 0 at the start. */
export function unitBefore(field: TextField, at: number): number {
  const block = field.blocks.find(({ end }) => end === at);
  if (block !== undefined) return block.start;
  const { start, end } = stretchAt(field, at, 'before');
  if (at <= start) return at;
  return start + (segmentAt(field.text.slice(start, end), at - start - 1)?.index ?? 0);
}

/** Where the unit after `at` ends; the length of the text at its end. */
export function unitAfter(field: TextField, at: number): number {
  const block = field.blocks.find(({ start }) => start === at);
  if (block !== undefined) return block.end;
  const { start, end } = stretchAt(field, at, 'after');
  if (at >= end) return at;
  const segment = segmentAt(field.text.slice(start, end), at - start);
  return segment === undefined ? at : start + segment.index + segment.segment.length;
}

function segmentAt(text: string, index: number): Intl.SegmentData | undefined {
  return segmenter.segment(text).containing(index);
}

// The text between two blocks (or an end) that `at` lies in or touches on the asked side.
function stretchAt({ text, blocks }: TextField, at: number, side: 'before' | 'after'): Block {
  let start = 0;
  for (const block of blocks) {
    if (side === 'before' ? block.start >= at : block.start > at) return { start, end: block.start };
    start = block.end;
  }
  return { start, end: text.length };
}

function normalise({ isMultiline }: TextField, text: string): string {
  const lines = text.slice(0, MAX_LENGTH).replace(/\r\n?/gu, '\n');
  return isMultiline ? lines : lines.replace(/\n/gu, ' ');
}

function splice(field: TextField, { start, end }: Block, added: string): TextField {
  const room = Math.max(0, MAX_LENGTH - (field.text.length - (end - start)));
  const kept = added.slice(0, room);
  const text = field.text.slice(0, start) + kept + field.text.slice(end);
  const shift = kept.length - (end - start);
  const blocks = field.blocks.flatMap((block): Block[] => {
    if (block.end <= start) return [block];
    return block.start >= end ? [{ start: block.start + shift, end: block.end + shift }] : [];
  });
  const next = { ...field, text, blocks };
  return { ...next, cursor: snap(next, start + kept.length) };
}

// What was put together can be one grapheme now: the cursor then goes behind it.
function snap(field: TextField, at: number): number {
  const inside = field.blocks.find(({ start, end }) => start < at && at < end);
  if (inside !== undefined) return inside.end;
  const { start, end } = stretchAt(field, at, 'after');
  if (at <= start || at >= end) return at;
  const segment = segmentAt(field.text.slice(start, end), at - start);
  if (segment === undefined || start + segment.index === at) return at;
  return start + segment.index + segment.segment.length;
}
