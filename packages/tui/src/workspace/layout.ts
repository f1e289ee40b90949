/** How the panes share the window. `one` is a zoom of the pane in use. */
export type LayoutKind = 'stack' | 'tiled' | 'one';

/** The layouts, in the order in which a key goes through them. */
export const layoutKinds: readonly LayoutKind[] = ['stack', 'tiled', 'one'];

/** What a layout is computed from. */
export interface LayoutSpec {
  readonly kind: Exclude<LayoutKind, 'one'>;
  readonly columns: number;
  readonly rows: number;
  /** Width of the list at the left, and its pane; null while the list is put away. */
  readonly dock: { readonly columns: number; readonly paneId: string } | null;
  /** Panes beside the list in their order; at least one. */
  readonly panes: readonly string[];
}

interface Box {
  readonly columns: number;
  readonly rows: number;
  readonly x: number;
  readonly y: number;
}

/** The list beside splits: 40 columns (screens.md, 3.4), less where the window is narrow. */
export function dockColumns(windowColumns: number): number {
  return Math.max(12, Math.min(40, Math.floor(windowColumns * 0.4)));
}

/** A layout as `select-layout` takes it: a checksum, then nested cells. tmux hands them out in the order of its panes. */
export function toLayoutString(spec: LayoutSpec): string {
  const whole: Box = { columns: spec.columns, rows: spec.rows, x: 0, y: 0 };
  const body = spec.dock === null ? arrange(spec, whole) : beside(spec, spec.dock, whole);
  return `${checksum(body)},${body}`;
}

function beside(spec: LayoutSpec, dock: { readonly columns: number; readonly paneId: string }, whole: Box): string {
  const left: Box = { ...whole, columns: dock.columns };
  const rest: Box = { ...whole, x: dock.columns + 1, columns: whole.columns - dock.columns - 1 };
  return `${describeBox(whole)}{${leaf(left, dock.paneId)},${arrange(spec, rest)}}`;
}

function arrange({ kind, panes }: LayoutSpec, box: Box): string {
  const perRow = kind === 'stack' ? 1 : Math.ceil(Math.sqrt(panes.length));
  const rows = Array.from({ length: Math.ceil(panes.length / perRow) }, (_, row) =>
    panes.slice(row * perRow, (row + 1) * perRow),
  );
  const boxes = divide(box.rows, rows.length).map(({ start, size }): Box => ({ ...box, y: box.y + start, rows: size }));
  const cells = rows.map((row, index) => arrangeRow(row, boxes[index] ?? box));
  return cells.length === 1 ? cells.join('') : `${describeBox(box)}[${cells.join(',')}]`;
}

function arrangeRow(panes: readonly string[], box: Box): string {
  const parts = divide(box.columns, panes.length);
  const cells = panes.map((pane, index) => {
    const { start, size } = parts[index] ?? { start: 0, size: box.columns };
    return leaf({ ...box, x: box.x + start, columns: size }, pane);
  });
  return cells.length === 1 ? cells.join('') : `${describeBox(box)}{${cells.join(',')}}`;
}

/** Equal parts with one cell of border between them; what is left over goes to the first ones. */
function divide(size: number, count: number): readonly { readonly start: number; readonly size: number }[] {
  const free = size - (count - 1);
  const each = Math.floor(free / count);
  const extra = free - each * count;
  return Array.from({ length: count }, (_, index) => ({
    start: index * (each + 1) + Math.min(index, extra),
    size: each + (index < extra ? 1 : 0),
  }));
}

function leaf(box: Box, paneId: string): string {
  return `${describeBox(box)},${paneId.replace(/^%/, '')}`;
}

function describeBox({ columns, rows, x, y }: Box): string {
  return `${columns}x${rows},${x},${y}`;
}

/** tmux `layout_checksum`: rotate right by one in 16 bits, add the character. */
function checksum(text: string): string {
  let sum = 0;
  for (const character of text) sum = ((((sum >> 1) | ((sum & 1) << 15)) & 0xffff) + character.charCodeAt(0)) & 0xffff;
  return sum.toString(16).padStart(4, '0');
}
