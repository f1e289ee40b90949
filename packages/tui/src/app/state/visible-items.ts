import type { Regions } from '../layout/regions.ts';
import type { AppState } from './app-state.ts';
import type { ListItem } from './list-items.ts';
import { itemHeight, itemRows } from './screen-layout.ts';

/** The items in sight, each with the lines it takes. */
export interface VisibleItems {
  readonly shown: readonly { readonly item: ListItem; readonly lines: number; readonly index: number }[];
  /** Lines they take together. */
  readonly used: number;
  /** Agents below the last one in sight. */
  readonly agentsBelow: number;
}

/** Walks from the top of the view down: costs what is in sight, not what there is. */
export function visibleItems({ list }: AppState, regions: Regions): VisibleItems {
  const { items } = list.content;
  const rows = itemRows(regions);
  const heightOf = itemHeight(regions);
  const shown: { item: ListItem; lines: number; index: number }[] = [];
  let used = 0;
  let index = list.top;
  for (; index < items.length; index += 1) {
    const item = items[index];
    if (item === undefined) break;
    const lines = heightOf(item);
    if (used + lines > rows) break;
    shown.push({ item, lines, index });
    used += lines;
  }
  // Headings stand only in wide lists, which show no "n more": what is left are agents and at most one rule.
  const rest = items.length - index;
  const ruleBelow = rest > 0 && items.slice(index, index + 1)[0]?.kind === 'rule' ? 1 : 0;
  return { shown, used, agentsBelow: Math.max(0, rest - ruleBelow) };
}
