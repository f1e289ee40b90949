import type { CommandContext } from '../commands/command.ts';
import { footerHints } from '../commands/footer-hints.ts';
import type { CommandRegistry } from '../commands/registry.ts';
import { footerLine } from '../layout/footer-line.ts';
import type { Region } from '../layout/regions.ts';
import { footerRight } from '../layout/footer-right.ts';
import type { AppState } from '../state/app-state.ts';
import { regionsOf } from '../state/screen-layout.ts';
import { visibleItems } from '../state/visible-items.ts';
import type { MouseInput } from './key.ts';

/** Lines that one turn of the wheel scrolls. */
const WHEEL_LINES = 3;
/** Last cell of the amber badge: a click on it shows only those that need the person. */
const BADGE_END = 16;

function isInside(region: Region | null, { column, row }: MouseInput): boolean {
  return (
    region !== null &&
    column >= region.column &&
    column < region.column + region.columns &&
    row >= region.row &&
    row < region.row + region.rows
  );
}

function clickList(state: AppState, mouse: MouseInput, context: CommandContext): void {
  const regions = regionsOf(state);
  let line = regions.list.row;
  for (const { item, lines } of visibleItems(state, regions).shown) {
    line += lines;
    if (mouse.row >= line) continue;
    if (item.kind === 'heading') return context.dispatch({ type: 'fold', key: item.key, isFolded: 'toggle' });
    if (item.kind !== 'agent') return;
    if (item.key === state.list.cursorKey) return context.runCommand('go-to');
    return context.dispatch({ type: 'cursor.to', key: item.key });
  }
}

function clickFooter(mouse: MouseInput, context: CommandContext, registry: CommandRegistry): void {
  const state = context.getState();
  const { footer } = regionsOf(state);
  if (mouse.row !== footer.row + footer.rows - 1) return;
  const { hints } = footerLine(footerHints(registry, state), footerRight(state), footer.columns);
  const hit = hints.find(({ start, end }) => mouse.column >= start && mouse.column < end);
  if (hit !== undefined) context.runCommand(hit.command);
}

function wheel(state: AppState, mouse: MouseInput, { dispatch, runCommand }: CommandContext): void {
  const regions = regionsOf(state);
  const direction = mouse.kind === 'wheel-down' ? 1 : -1;
  if (isInside(regions.preview ?? regions.peek, mouse)) {
    return runCommand(direction > 0 ? 'scroll-down' : 'scroll-up', String(WHEEL_LINES));
  }
  dispatch({ type: 'list.scroll', count: direction * WHEEL_LINES });
}

/** Finds what is below the pointer and acts: select, open, fold, filter, run a hint, scroll. */
export function hitTest(mouse: MouseInput, context: CommandContext, registry: CommandRegistry): void {
  const state = context.getState();
  if (mouse.kind === 'wheel-up' || mouse.kind === 'wheel-down') return wheel(state, mouse, context);
  if (mouse.kind !== 'press' || mouse.button !== 'left' || mouse.shift) return;
  const regions = regionsOf(state);
  if (isInside(regions.list, mouse)) return clickList(state, mouse, context);
  if (isInside(regions.footer, mouse)) return clickFooter(mouse, context, registry);
  if (mouse.row === regions.header.row && mouse.column < BADGE_END) context.dispatch({ type: 'filter.only-waiting' });
}
