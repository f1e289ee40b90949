import { sectionIds } from './agent-state.ts';
import { applyChanges, createFleet, type FleetState } from './fleet-state.ts';
import type { AppEvent, AppEventOf } from './app-event.ts';
import type { AppState, PreviewState } from './app-state.ts';
import { cancelFilter, changeFilter, keepFilter, openFilter, toggleOnlyWaiting } from './reduce-filter.ts';
import {
  cursorTo,
  endCursor,
  heldCursor,
  moveCursor,
  nextWaiting,
  pageCursor,
  rebuildList,
  scrollList,
  settle,
  showCursor,
  takeAwaited,
} from './reduce-list.ts';
import { clearMarks, dropLostMarks, foldKeyOf, markRange, toggleMark } from './reduce-marks.ts';
import { isFirstRun, moveFirstChoice } from './first-run.ts';
import { focusStep, panPreview, showFrame, watchScreen } from './reduce-preview.ts';
import { addToast, dropOldToasts, hideToast, hideToasts } from './reduce-toasts.ts';
import { headingsOf, regionsOf } from './screen-layout.ts';

/** Rows keep their sections this long after a key (screens.md, section 4). */
export const HOLD_MS = 1500;

type Handler<T extends AppEvent['type']> = (state: AppState, event: AppEventOf<T>) => AppState;

function takeFleet(state: AppState, fleet: FleetState): AppState {
  const next = { ...state, fleet };
  // Texts change often, places seldom: without a change of place the items stay the same objects.
  const hasMoved = fleet.sections !== state.fleet.sections || isFiltered(state) || isRecounted(state, fleet);
  return dropLostMarks(hasMoved ? takeAwaited(rebuildList(next)) : next);
}

// Headings of projects and hosts hold their own counts.
function isRecounted({ fleet, list }: AppState, { counts }: FleetState): boolean {
  return list.group !== 'attention' && sectionIds.some((section) => counts[section] !== fleet.counts[section]);
}

function isFiltered({ list }: AppState): boolean {
  return list.filter !== null || list.isOnlyWaiting;
}

function takeChanges(state: AppState, { changes }: AppEventOf<'fleet.changes'>): AppState {
  const isHeld = state.now < state.heldUntil || state.sheet !== null;
  const heldKey = heldCursor(state);
  return takeFleet(
    state,
    applyChanges(state.fleet, changes, (id) => isHeld || id === heldKey),
  );
}

function takeSnapshot(state: AppState, { snapshot }: AppEventOf<'fleet.snapshot'>): AppState {
  const fleet = createFleet(snapshot.agents, snapshot.runtimes);
  return takeFleet({ ...state, hasSnapshot: true }, fleet);
}

function resize(state: AppState, { size }: AppEventOf<'resize'>): AppState {
  const next = { ...state, size };
  const isSameKind = headingsOf(regionsOf(state)) === headingsOf(regionsOf(next));
  return isSameKind ? showCursor(next) : rebuildList(next);
}

function fold(state: AppState, { key, isFolded }: AppEventOf<'fold'>): AppState {
  const section = key ?? foldKeyOf(state);
  if (section === null) return state;
  const folds = new Set(state.list.folds);
  const shouldFold = isFolded === 'toggle' ? !folds.has(section) : isFolded;
  if (shouldFold === folds.has(section)) return state;
  if (shouldFold) folds.add(section);
  else folds.delete(section);
  const cursorKey = shouldFold && foldKeyOf(state) === section ? section : state.list.cursorKey;
  return rebuildList({ ...state, list: { ...state.list, folds, cursorKey } });
}

function tick(state: AppState): AppState {
  const undo = state.undo !== null && state.undo.until <= state.now ? null : state.undo;
  return settle(dropOldToasts(undo === state.undo ? state : { ...state, undo }));
}

function setDraft(state: AppState, { key, text }: AppEventOf<'draft'>): AppState {
  const drafts = new Map(state.drafts);
  if (text === '') drafts.delete(key);
  else drafts.set(key, text);
  return { ...state, drafts };
}

function askedInPane(state: AppState, { paneId }: AppEventOf<'leader'>): AppState {
  const { panes, isZoomed } = state.workspace;
  const pane = panes.find((candidate) => candidate.paneId === paneId);
  return pane === undefined ? state : { ...state, askedFrom: { paneId: pane.paneId, isZoomed } };
}

function setHistory(state: AppState, { frame }: AppEventOf<'screen.history'>): AppState {
  const preview: PreviewState = { ...state.preview, history: frame, ...(frame === null ? { panRows: 0 } : {}) };
  return { ...state, preview };
}

const handlers: { readonly [T in AppEvent['type']]: Handler<T> } = {
  'fleet.snapshot': takeSnapshot,
  'fleet.changes': takeChanges,
  connection: (state, { connection }) => ({ ...state, connection }),
  'screen.frame': (state, { frame }) => showFrame(state, frame),
  'screen.watch': (state, { agentId }) => watchScreen(state, agentId),
  'screen.history': setHistory,
  explanation: (state, { explanation }) => ({ ...state, explanation }),
  workspace: (state, { workspace }) => rebuildList({ ...state, workspace }),
  resize,
  tick,
  pulse: (state) => ({ ...state, pulse: state.pulse + 1 }),
  'terminal.focus': (state, { hasFocus }) => ({ ...state, hasTerminalFocus: hasFocus }),
  // a key in the list itself: the person has come to stay
  touched: (state) => ({
    ...state,
    heldUntil: state.now + HOLD_MS,
    askedFrom: state.sheet === null ? null : state.askedFrom,
  }),
  leader: askedInPane,
  'cursor.move': (state, { count }) => (isFirstRun(state) ? moveFirstChoice(state, count) : moveCursor(state, count)),
  'cursor.page': (state, { count }) => pageCursor(state, count),
  'cursor.end': (state, { end }) => endCursor(state, end),
  'cursor.to': (state, { key }) => cursorTo(state, key),
  'cursor.next-waiting': nextWaiting,
  'list.scroll': (state, { count }) => scrollList(state, count),
  fold,
  'mark.toggle': (state, { key }) => toggleMark(state, key),
  'mark.range': markRange,
  'mark.clear': clearMarks,
  'filter.open': openFilter,
  'filter.text': (state, { text }) => changeFilter(state, text),
  'filter.keep': keepFilter,
  'filter.cancel': cancelFilter,
  'filter.only-waiting': toggleOnlyWaiting,
  group: (state, { group }) => rebuildList({ ...state, list: { ...state.list, group, folds: new Set() } }),
  'focus.step': (state, { count }) => focusStep(state, count),
  'focus.list': (state) => ({ ...state, focus: 'list' }),
  'preview.toggle': (state) => showCursor({ ...state, isPreviewShown: !state.isPreviewShown, focus: 'list' }),
  'zoom.toggle': (state) => showCursor({ ...state, isZoomed: !state.isZoomed }),
  'preview.pan': (state, { columns, rows }) => panPreview(state, columns, rows),
  'sheet.open': (state, { sheet }) => showCursor({ ...state, sheet }),
  'sheet.update': (state, { sheet }) => showCursor({ ...state, sheet }),
  'sheet.close': (state) => showCursor(settle({ ...state, sheet: null })),
  draft: setDraft,
  toast: addToast,
  'toast.hide': hideToast,
  'toast.read': hideToasts,
  'undo.offer': (state, { agentIds, text, until }) => showCursor({ ...state, undo: { agentIds, text, until } }),
  'undo.taken': (state) => showCursor({ ...state, undo: null }),
  machine: (state, { machine }) => ({ ...state, machine }),
  // What the person has typed since the start is newer than what was saved.
  'memory.loaded': (state, { memory }) => ({
    ...state,
    memory,
    drafts: new Map([...Object.entries(memory.drafts), ...state.drafts]),
  }),
  memory: (state, { memory }) => ({ ...state, memory }),
};

/** The next state. Pure: the clock comes in as `now`. */
export function reduce(state: AppState, event: AppEvent, now: number): AppState {
  const handle = handlers[event.type] as (state: AppState, event: AppEvent) => AppState;
  const before = state.now === now ? state : { ...state, now };
  const next = handle(before, event);
  // A cursor that left an agent lets it go where it belongs.
  return next.list.cursorKey === state.list.cursorKey ? next : settle(next);
}
