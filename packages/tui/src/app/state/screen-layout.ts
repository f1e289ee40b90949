import { layoutRegions, type Regions } from '../layout/regions.ts';
import { toastLines } from '../layout/toast-lines.ts';
import { sheetRows } from '../sheets/sheet-rows.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import type { AppState } from './app-state.ts';
import { isFirstRun } from './first-run.ts';
import type { ListItem } from './list-items.ts';
import type { ItemHeight } from './viewport.ts';

/** A dock this wide has been widened or zoomed by the person and shows whole rows. */
const WIDE_DOCK = 60;

// What has just happened is told inside an open sheet, on a line of its own.
function wantedRows(state: AppState): number {
  const wanted = sheetRows(state.sheet, state.size);
  return wanted === 0 ? 0 : wanted + (state.toasts.length > 0 ? toastRows(state) : 0);
}

// All sets of glyphs are of one width.
function toastRows(state: AppState): number {
  return toastLines(state, { glyphs: unicodeGlyphs, width: state.size.columns }).length;
}

/** Where everything stands for a state. */
export function regionsOf(state: AppState): Regions {
  return layoutRegions(state.size, {
    isDocked: state.workspace.panes.length > 0 && state.size.columns < WIDE_DOCK,
    isZoomed: state.isZoomed,
    // Without agents there is nothing to preview: the first steps get the whole width.
    isPreviewShown: state.isPreviewShown && !isFirstRun(state),
    sheetRows: wantedRows(state),
    toastRows: toastRows(state),
    hasFilter: state.list.filter !== null,
  });
}

/** Lines of the list that hold items: dock and phone keep the last for "n more". */
export function itemRows({ mode, list }: Regions): number {
  const kept = mode === 'dock' ? 1 : mode === 'phone' ? 2 : 0;
  return Math.max(0, list.rows - kept);
}

const oneLine: ItemHeight = () => 1;
const dockHeight: ItemHeight = (item: ListItem) => (item.kind === 'agent' && item.section === 'needs-you' ? 2 : 1);
const phoneHeight: ItemHeight = (item: ListItem) => (item.kind === 'agent' ? 2 : 1);

/** Lines of each item in that mode. */
export function itemHeight({ mode }: Regions): ItemHeight {
  if (mode === 'dock') return dockHeight;
  return mode === 'phone' ? phoneHeight : oneLine;
}

/** Which headings the list has in that mode. */
export function headingsOf({ mode }: Regions): 'all' | 'rule' | 'none' {
  if (mode === 'wide') return 'all';
  return mode === 'dock' ? 'rule' : 'none';
}
