import type { AppState } from './app-state.ts';

function withMarks(state: AppState, marks: ReadonlySet<string>, rangeFrom: string | null): AppState {
  return { ...state, list: { ...state.list, marks, rangeFrom } };
}

/** Marks the agent under the cursor (or `key`), or takes its mark away. */
export function toggleMark(state: AppState, key: string | null): AppState {
  const id = key ?? state.list.cursorKey;
  if (id === null || !state.fleet.agents.has(id)) return state;
  const marks = new Set(state.list.marks);
  if (!marks.delete(id)) marks.add(id);
  return withMarks(state, marks, state.list.rangeFrom);
}

/** First `V` begins a range at the cursor, the second marks all rows between. */
export function markRange(state: AppState): AppState {
  const { rangeFrom, cursor, cursorKey, content, marks } = state.list;
  const from = rangeFrom === null ? undefined : content.indexOf.get(rangeFrom);
  if (from === undefined || cursor < 0) return withMarks(state, marks, cursorKey);
  const next = new Set(marks);
  for (const item of content.items.slice(Math.min(from, cursor), Math.max(from, cursor) + 1)) {
    if (item.kind === 'agent') next.add(item.key);
  }
  return withMarks(state, next, null);
}

/** The state without any mark. */
export function clearMarks(state: AppState): AppState {
  return withMarks(state, new Set(), null);
}

/** Marks of agents that are gone go with them. */
export function dropLostMarks(state: AppState): AppState {
  const { marks, rangeFrom } = state.list;
  if (marks.size === 0) return state;
  const kept = [...marks].filter((id) => state.fleet.agents.has(id));
  return kept.length === marks.size ? state : withMarks(state, new Set(kept), rangeFrom);
}

/** Folds or unfolds a section: the one given, else that of the cursor. */
export function foldKeyOf(state: AppState): string | null {
  const { content, cursor } = state.list;
  for (let at = cursor; at >= 0; at -= 1) {
    const item = content.items[at];
    if (item?.kind === 'heading') return item.key;
  }
  return null;
}
