import type { AppState } from '../state/app-state.ts';
import type { Command, CommandContext } from './command.ts';

/** Cells or lines that an arrow pans the preview by. */
const PAN_COLUMNS = 8;
const HISTORY_LINES = 10_000;

function isInPreview(state: AppState): boolean {
  return state.focus === 'preview';
}

function pan({ dispatch }: CommandContext, columns: number, rows: number): void {
  dispatch({ type: 'preview.pan', columns, rows });
}

// The history is fetched once, when the person first looks up; Esc or the bottom goes back to the live screen.
async function scrollBack({ services, getState, dispatch }: CommandContext, rows: number): Promise<void> {
  const { preview } = getState();
  if (rows > 0 && preview.history === null && preview.agentId !== null) {
    const frame = await services.hub.request('agent.capture', { id: preview.agentId, history: HISTORY_LINES });
    if (getState().preview.agentId === frame.id) dispatch({ type: 'screen.history', frame });
  }
  dispatch({ type: 'preview.pan', columns: 0, rows });
  const after = getState().preview;
  if (rows < 0 && after.history !== null && after.panRows === 0) dispatch({ type: 'screen.history', frame: null });
}

function vertical(context: CommandContext, count: number): void {
  if (isInPreview(context.getState())) pan(context, 0, -count);
  else context.dispatch({ type: 'cursor.move', count });
}

function horizontal(context: CommandContext, direction: 1 | -1): void {
  if (isInPreview(context.getState())) pan(context, direction * PAN_COLUMNS, 0);
  else context.dispatch({ type: 'fold', key: null, isFolded: direction < 0 });
}

function page(context: CommandContext, count: number): void | Promise<void> {
  const { size } = context.getState();
  if (isInPreview(context.getState())) return scrollBack(context, -count * Math.max(1, Math.floor(size.rows / 2)));
  context.dispatch({ type: 'cursor.page', count });
}

/** Moving about: cursor, folds, pages, regions. In the preview the same keys pan and scroll it. */
export const moveCommands: readonly Command[] = [
  { id: 'down', title: 'Next row', group: 'move', keys: ['j', 'Down'], run: (context) => vertical(context, 1) },
  { id: 'up', title: 'Previous row', group: 'move', keys: ['k', 'Up'], run: (context) => vertical(context, -1) },
  { id: 'page-down', title: 'Page down', group: 'move', keys: ['PgDn'], run: (context) => page(context, 1) },
  { id: 'page-up', title: 'Page up', group: 'move', keys: ['PgUp'], run: (context) => page(context, -1) },
  {
    id: 'scroll-up',
    title: 'Scroll the preview up',
    group: 'move',
    keys: ['Shift+Up'],
    run: (context, lines = '1') => scrollBack(context, Number(lines)),
  },
  {
    id: 'scroll-down',
    title: 'Scroll the preview down',
    group: 'move',
    keys: ['Shift+Down'],
    run: (context, lines = '1') => scrollBack(context, -Number(lines)),
  },
  {
    id: 'top',
    title: 'First row',
    hint: 'top',
    group: 'find',
    keys: ['g', 'Home'],
    run: ({ dispatch }) => dispatch({ type: 'cursor.end', end: 'top' }),
  },
  {
    id: 'bottom',
    title: 'Last row',
    hint: 'bottom',
    group: 'find',
    keys: ['G', 'End'],
    run: ({ dispatch }) => dispatch({ type: 'cursor.end', end: 'bottom' }),
  },
  {
    id: 'fold',
    title: 'Fold the section',
    group: 'move',
    keys: ['h', 'Left'],
    run: (context) => horizontal(context, -1),
  },
  {
    id: 'unfold',
    title: 'Unfold the section',
    group: 'move',
    keys: ['l', 'Right'],
    run: (context) => horizontal(context, 1),
  },
  {
    id: 'next-region',
    title: 'Next region',
    hint: 'region',
    group: 'panes',
    keys: ['Tab'],
    run: ({ dispatch }) => dispatch({ type: 'focus.step', count: 1 }),
  },
  {
    id: 'previous-region',
    title: 'Previous region',
    hint: 'region back',
    group: 'panes',
    keys: ['Shift+Tab'],
    run: ({ dispatch }) => dispatch({ type: 'focus.step', count: -1 }),
  },
];
