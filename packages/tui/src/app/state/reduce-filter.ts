import type { AppState, FilterState } from './app-state.ts';
import { applyFilter } from './filter.ts';
import { cursorTo, rebuildList } from './reduce-list.ts';

function withFilter(state: AppState, filter: FilterState | null): AppState {
  return rebuildList({ ...state, list: { ...state.list, filter } });
}

/** `/`: a new filter, or the kept one again. */
export function openFilter(state: AppState): AppState {
  const { filter, cursorKey } = state.list;
  return withFilter(state, { text: filter?.text ?? '', isEditing: true, returnTo: filter?.returnTo ?? cursorKey });
}

/** Type-ahead: the best match gets the cursor. */
export function changeFilter(state: AppState, text: string): AppState {
  const { filter } = state.list;
  if (filter === null) return state;
  const next = withFilter(state, { ...filter, text });
  const { best } = applyFilter(state.fleet, text);
  return best === null || text.trim() === '' ? next : cursorTo(next, best);
}

/** Enter: the filter stays, the keyboard goes back to the list. */
export function keepFilter(state: AppState): AppState {
  const { filter } = state.list;
  if (filter === null) return state;
  return withFilter(state, filter.text.trim() === '' ? null : { ...filter, isEditing: false });
}

/** Esc: all rows again, and the row that had the cursor before. */
export function cancelFilter(state: AppState): AppState {
  const { filter } = state.list;
  if (filter === null) return state;
  const next = withFilter(state, null);
  return filter.returnTo === null ? next : cursorTo(next, filter.returnTo);
}

/** `W`: only those that need the person, on and off. */
export function toggleOnlyWaiting(state: AppState): AppState {
  return rebuildList({ ...state, list: { ...state.list, isOnlyWaiting: !state.list.isOnlyWaiting } });
}
