import type { ScreenFrame } from '@swarm-tui/hub/client';
import type { AppState, FocusRegion } from './app-state.ts';
import { lastUsedRow } from '../layout/crop-screen.ts';
import { regionsOf } from './screen-layout.ts';

/** Lines above the screen: name, facts and rule, or the one rule of a peek. */
const PREVIEW_HEAD = 3;
const PEEK_HEAD = 1;

/** The agent whose screen is watched has changed; its screen is not known yet. */
export function watchScreen(state: AppState, agentId: string | null): AppState {
  if (state.preview.agentId === agentId) return state;
  return {
    ...state,
    preview: { agentId, frame: null, panColumns: 0, panRows: 0, history: null },
    explanation: state.explanation?.id === agentId ? state.explanation : null,
  };
}

/** A newer screen; frames of an agent that is no longer watched are dropped. */
export function showFrame(state: AppState, frame: ScreenFrame): AppState {
  if (frame.id !== state.preview.agentId) return state;
  return { ...state, preview: { ...state.preview, frame } };
}

function limit(value: number, high: number): number {
  return Math.max(0, Math.min(value, high));
}

/** Moves the view over a screen that is larger than its region; 0, 0 is the lower left corner. */
export function panPreview(state: AppState, columns: number, rows: number): AppState {
  const shown = state.preview.history ?? state.preview.frame;
  if (shown === null) return state;
  const regions = regionsOf(state);
  const region = regions.preview ?? regions.peek;
  const maxColumns = Math.max(0, shown.columns - (region?.columns ?? 0) + 3);
  // The first line stops at the upper edge: beyond it there is nothing to see.
  const head = regions.preview === null ? PEEK_HEAD : PREVIEW_HEAD;
  const cursor = state.preview.history === null ? shown.cursor : null;
  const maxRows = Math.max(0, lastUsedRow({ lines: shown.lines, cursor }) + 1 - ((region?.rows ?? 0) - head));
  const panColumns = limit(state.preview.panColumns + columns, maxColumns);
  const panRows = limit(state.preview.panRows + rows, maxRows);
  return { ...state, preview: { ...state.preview, panColumns, panRows } };
}

/** The regions in sight, in the order of Tab. */
function focusRegions(state: AppState): readonly FocusRegion[] {
  const { list, preview, peek, details } = regionsOf(state);
  const found: FocusRegion[] = [];
  if (list.columns > 0) found.push('list');
  if (preview !== null || peek !== null) found.push('preview');
  if (details !== null) found.push('details');
  return found;
}

/** Tab and Shift+Tab. */
export function focusStep(state: AppState, count: 1 | -1): AppState {
  const regions = focusRegions(state);
  const index = regions.indexOf(state.focus);
  const focus = regions[(index + count + regions.length) % regions.length] ?? 'list';
  return { ...state, focus };
}
