import { shownState } from './agent-state.ts';
import type { AppState, ListState } from './app-state.ts';
import { applyFilter } from './filter.ts';
import { settleFleet } from './fleet-state.ts';
import { buildContent } from './list-items.ts';
import { headingsOf, itemHeight, itemRows, regionsOf } from './screen-layout.ts';
import { cursorLine, keepInSight, nearestStop, stepStop, topForLine, type ViewportFrame } from './viewport.ts';

function frameOf(state: AppState): ViewportFrame {
  const regions = regionsOf(state);
  return { items: state.list.content.items, rows: itemRows(regions), heightOf: itemHeight(regions) };
}

function withList(state: AppState, patch: Partial<ListState>): AppState {
  return { ...state, list: { ...state.list, ...patch } };
}

function visibleIds({ fleet, list }: AppState): ReadonlySet<string> | null {
  const filtered =
    list.filter !== null && list.filter.text.trim() !== '' ? applyFilter(fleet, list.filter.text).ids : null;
  if (!list.isOnlyWaiting) return filtered;
  const waiting = new Set<string>();
  for (const [id, agent] of fleet.agents) {
    const isWaiting = shownState(agent).section === 'needs-you' || fleet.places.get(id)?.section === 'needs-you';
    if (isWaiting && (filtered === null || filtered.has(id))) waiting.add(id);
  }
  return waiting;
}

/** Scrolls as little as needed so that the cursor is in sight. */
export function showCursor(state: AppState): AppState {
  const { top, cursor } = state.list;
  const next = keepInSight(frameOf(state), { top, cursor });
  return next.top === top ? state : withList(state, { top: next.top });
}

/** Puts the cursor on an item; agents that were held back for its sake may then move. */
function putCursor(state: AppState, index: number): AppState {
  const item = state.list.content.items[index];
  if (item === undefined || index === state.list.cursor) return showCursor(withList(state, { awaitedKey: null }));
  return showCursor(withList(state, { cursor: index, cursorKey: item.key, awaitedKey: null }));
}

/**
 * Makes the items anew after sections, folds or filter changed. The cursor stays on its agent and the agent on its
 * line of the screen; rows that come or go above it move the offset instead.
 */
export function rebuildList(state: AppState): AppState {
  const { list } = state;
  const before = frameOf(state);
  const line = list.cursor < 0 ? 0 : cursorLine(before, { top: list.top, cursor: list.cursor });
  const content = buildContent({
    fleet: state.fleet,
    folds: list.folds,
    group: list.group,
    visible: visibleIds(state),
    headings: headingsOf(regionsOf(state)),
  });
  const found = list.cursorKey === null ? undefined : indexOfKey(content.items, content.indexOf, list.cursorKey);
  const cursor = found ?? nearestStop(content.items, Math.max(0, list.cursor), 1);
  const next = withList(state, { content, cursor, cursorKey: content.items[cursor]?.key ?? null });
  if (cursor < 0) return withList(next, { top: 0 });
  const frame = frameOf(next);
  return showCursor(withList(next, { top: topForLine(frame, cursor, line) }));
}

function indexOfKey(
  items: ListState['content']['items'],
  indexOf: ReadonlyMap<string, number>,
  key: string,
): number | undefined {
  const index = indexOf.get(key);
  if (index !== undefined) return index;
  const heading = items.findIndex((item) => item.key === key && item.kind === 'heading' && item.isFolded);
  return heading < 0 ? undefined : heading;
}

/** How much longer than the others the row under the cursor stays where it is: 3 s after the last key in all. */
export const CURSOR_HOLD_MS = 1500;

/** The row under the cursor while it may not move, since somebody is about to act on it; null when none is held. */
export function heldCursor({ now, heldUntil, list }: AppState): string | null {
  return now < heldUntil + CURSOR_HOLD_MS ? list.cursorKey : null;
}

/** Lets agents go where they belong when nothing holds them: no key for 1.5 s (3 s under the cursor), no sheet. */
export function settle(state: AppState): AppState {
  if (state.now < state.heldUntil || state.sheet !== null) return state;
  const fleet = settleFleet(state.fleet, heldCursor(state));
  return fleet === state.fleet ? state : rebuildList({ ...state, fleet });
}

/** So many rows down, or up when negative. */
export function moveCursor(state: AppState, count: number): AppState {
  return putCursor(state, stepStop(state.list.content.items, state.list.cursor, count));
}

/** So many screens down, or up. */
export function pageCursor(state: AppState, count: number): AppState {
  return moveCursor(state, count * Math.max(1, frameOf(state).rows - 2));
}

/** The first row, or the last. */
export function endCursor(state: AppState, end: 'top' | 'bottom'): AppState {
  const { items } = state.list.content;
  const index = end === 'top' ? nearestStop(items, 0, 1) : nearestStop(items, items.length - 1, -1);
  return putCursor(state, index);
}

/** To an agent or a folded heading; one that is not there yet is waited for. */
export function cursorTo(state: AppState, key: string): AppState {
  const index = indexOfKey(state.list.content.items, state.list.content.indexOf, key);
  return index === undefined ? withList(state, { awaitedKey: key }) : putCursor(state, index);
}

/** Goes to the agent that was waited for, once it is in the list. */
export function takeAwaited(state: AppState): AppState {
  const { awaitedKey } = state.list;
  return awaitedKey === null ? state : cursorTo(state, awaitedKey);
}

/** The next agent that needs the person, round and round; stays when there is none. */
export function nextWaiting(state: AppState): AppState {
  const { items } = state.list.content;
  for (let step = 1; step <= items.length; step += 1) {
    const index = (Math.max(0, state.list.cursor) + step) % items.length;
    const item = items[index];
    if (item?.kind !== 'agent') continue;
    const agent = state.fleet.agents.get(item.key);
    if (agent !== undefined && shownState(agent).section === 'needs-you') return putCursor(state, index);
  }
  return state;
}

/** Turns the wheel: the view moves, and the cursor only as far as it must to stay in sight. */
export function scrollList(state: AppState, count: number): AppState {
  const frame = frameOf(state);
  const { list } = state;
  const top = Math.max(0, Math.min(list.top + count, list.content.items.length - 1));
  const shown = keepInSight(frame, { top, cursor: -1 }).top;
  let lines = 0;
  let last = shown;
  for (let at = shown; at < frame.items.length; at += 1) {
    const item = frame.items[at];
    lines += item === undefined ? 0 : frame.heightOf(item);
    if (lines > frame.rows) break;
    last = at;
  }
  const wanted = Math.max(shown, Math.min(list.cursor, last));
  const cursor = nearestStop(frame.items, wanted, count > 0 ? 1 : -1);
  const inside = cursor >= shown && cursor <= last ? cursor : list.cursor;
  return withList(state, { top: shown, cursor: inside, cursorKey: frame.items[inside]?.key ?? list.cursorKey });
}
