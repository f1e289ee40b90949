import type { ListItem } from './list-items.ts';

/** Which items are in sight: `top` is the first, `cursor` the one with the bar; indexes into the items. */
export interface Viewport {
  readonly top: number;
  readonly cursor: number;
}

/** Lines an item takes: 1, or 2 where a question stands below its name. */
export type ItemHeight = (item: ListItem) => number;

/** Where a window over a longer list stands. */
export interface ViewportFrame {
  readonly items: readonly ListItem[];
  readonly rows: number;
  readonly heightOf: ItemHeight;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Whether the cursor may stand there: on agents and on folded headings. */
function isStop(item: ListItem | undefined): boolean {
  return item !== undefined && (item.kind === 'agent' || (item.kind === 'heading' && item.isFolded));
}

/** The stop nearest to `index`, looking first in `direction`; -1 when there is none. */
export function nearestStop(items: readonly ListItem[], index: number, direction: 1 | -1): number {
  const start = clamp(index, 0, items.length - 1);
  for (let at = start; at >= 0 && at < items.length; at += direction) if (isStop(items[at])) return at;
  for (let at = start; at >= 0 && at < items.length; at -= direction) if (isStop(items[at])) return at;
  return -1;
}

/** The stop `count` stops away; stays at the ends. */
export function stepStop(items: readonly ListItem[], from: number, count: number): number {
  const direction = count < 0 ? -1 : 1;
  let left = Math.abs(count);
  let found = from;
  for (let at = from + direction; left > 0 && at >= 0 && at < items.length; at += direction) {
    if (!isStop(items[at])) continue;
    found = at;
    left -= 1;
  }
  return found;
}

/** Screen line of the cursor: lines between the top and it. */
export function cursorLine({ items, heightOf }: ViewportFrame, { top, cursor }: Viewport): number {
  let line = 0;
  for (let at = top; at < cursor; at += 1) {
    const item = items[at];
    if (item !== undefined) line += heightOf(item);
  }
  return line;
}

/** The first item to show so that `cursor` stands `line` lines below it, or as near as the items allow. */
export function topForLine({ items, rows, heightOf }: ViewportFrame, cursor: number, line: number): number {
  const own = items[cursor];
  const wanted = clamp(line, 0, Math.max(0, rows - (own === undefined ? 1 : heightOf(own))));
  let top = cursor;
  let used = 0;
  while (top > 0) {
    const above = items[top - 1];
    if (above === undefined) break;
    used += heightOf(above);
    if (used > wanted) break;
    top -= 1;
  }
  return top;
}

// No blank lines below the last item while there are items above the first.
function fillBottom({ items, rows, heightOf }: ViewportFrame, top: number): number {
  let free = rows;
  for (let at = top; at < items.length; at += 1) {
    const item = items[at];
    if (item !== undefined) free -= heightOf(item);
    if (free < 0) return top;
  }
  let first = top;
  while (first > 0) {
    const above = items[first - 1];
    if (above === undefined) break;
    free -= heightOf(above);
    if (free < 0) break;
    first -= 1;
  }
  return first;
}

/** Scrolls as little as needed so that the cursor is in sight; its heading too when it is the first of its section. */
export function keepInSight(frame: ViewportFrame, { top, cursor }: Viewport): Viewport {
  const { items, rows, heightOf } = frame;
  if (items.length === 0) return { top: 0, cursor: -1 };
  const safeTop = clamp(top, 0, items.length - 1);
  if (cursor < 0) return { top: fillBottom(frame, safeTop), cursor };
  const above = items[cursor - 1];
  const first = above?.kind === 'heading' && rows > 2 ? cursor - 1 : cursor;
  if (first < safeTop) return { top: fillBottom(frame, first), cursor };
  const own = items[cursor];
  const end = cursorLine(frame, { top: safeTop, cursor }) + (own === undefined ? 1 : heightOf(own));
  if (end <= rows) return { top: fillBottom(frame, safeTop), cursor };
  return { top: topForLine(frame, cursor, rows), cursor };
}
