import { formatClock } from '../theme/format.ts';
import type { Command, CommandContext } from './command.ts';

/** Esc: one step out. Sheets and the filter line take it before it comes here; it never leaves the program. */
function stepOut({ getState, dispatch }: CommandContext): void {
  const { toasts, preview, focus, list, isZoomed } = getState();
  if (toasts.some((toast) => toast.kind === 'error')) return dispatch({ type: 'toast.hide' });
  if (preview.history !== null) return dispatch({ type: 'screen.history', frame: null });
  if (focus !== 'list') return dispatch({ type: 'focus.list' });
  if (isZoomed) return dispatch({ type: 'zoom.toggle' });
  if (list.filter !== null) return dispatch({ type: 'filter.cancel' });
  if (list.isOnlyWaiting) return dispatch({ type: 'filter.only-waiting' });
  if (list.marks.size > 0 || list.rangeFrom !== null) dispatch({ type: 'mark.clear' });
}

/** Everything that was told, newest first, whole; who reads it need not hide it. */
function showNotices({ getState, dispatch }: CommandContext): void {
  const { notices, now } = getState();
  const lines = notices.toReversed().map(({ at, kind, text }) => `${formatClock(at, now)}  ${kind.padEnd(5)}  ${text}`);
  dispatch({ type: 'toast.read' });
  const text = lines.length === 0 ? 'Nothing was told yet.' : lines.join('\n');
  dispatch({ type: 'sheet.open', sheet: { kind: 'text', title: 'Notices', text, scroll: 0 } });
}

async function undo({ services, getState, dispatch }: CommandContext): Promise<void> {
  const offer = getState().undo;
  if (offer === null) return dispatch({ type: 'toast', kind: 'info', text: 'Nothing to undo' });
  for (const id of offer.agentIds) await services.hub.request('agent.undo-remove', { id });
  dispatch({ type: 'undo.taken' });
  dispatch({ type: 'cursor.to', key: offer.agentIds[0] ?? '' });
}

// Halves the distance to the neighbour, so that no other agent needs a new number.
async function reorder({ services, getState }: CommandContext, step: 1 | -1): Promise<void> {
  const { fleet, list } = getState();
  const place = list.cursorKey === null ? undefined : fleet.places.get(list.cursorKey);
  if (place === undefined || list.cursorKey === null) return;
  const ids = fleet.sections[place.section];
  const index = ids.indexOf(list.cursorKey);
  const orderAt = (at: number): number | undefined => fleet.agents.get(ids[at] ?? '')?.order;
  const near = orderAt(index + step);
  if (near === undefined) return;
  const far = orderAt(index + step * 2);
  await services.hub.request('agent.reorder', {
    id: list.cursorKey,
    order: far === undefined ? near + step : (near + far) / 2,
  });
}

/** Whether the section of the cursor has an order of the person's own. */
function isOrderable(state: Parameters<NonNullable<Command['when']>>[0]): boolean {
  const section = fleetSection(state);
  return section === 'working' || section === 'quiet';
}

function fleetSection({ fleet, list }: Parameters<NonNullable<Command['when']>>[0]): string | undefined {
  return list.cursorKey === null ? undefined : fleet.places.get(list.cursorKey)?.section;
}

/** The program itself, and small acts that need no sheet. */
export const appCommands: readonly Command[] = [
  { id: 'back', title: 'Back, clear', hint: 'back', group: 'app', keys: ['Esc'], run: stepOut },
  {
    id: 'keys',
    title: 'Keys for this screen',
    hint: 'keys',
    group: 'app',
    keys: ['?'],
    leaderKeys: ['?'],
    run: ({ dispatch }, paneId) =>
      dispatch({ type: 'sheet.open', sheet: { kind: 'keys', search: '', scroll: 0, isLeader: paneId !== undefined } }),
  },
  { id: 'notices', title: 'Everything that was told, whole', group: 'app', keys: [], run: showNotices },
  {
    id: 'quit',
    aliases: ['exit', 'leave'],
    title: 'Leave; agents go on',
    hint: 'leave',
    group: 'app',
    keys: ['q'],
    run: ({ quit }) => quit(),
  },
  {
    id: 'redraw',
    title: 'Draw the screen anew; dial a lost hub now',
    group: 'app',
    keys: ['Ctrl+L'],
    run: ({ redraw, services }) => {
      if (services.hub.connection.state !== 'connected') services.hub.reconnectNow();
      redraw();
    },
  },
  { id: 'undo', title: 'Undo', hint: 'undo', group: 'careful', keys: ['u'], needsHub: true, run: undo },
  {
    id: 'move-up',
    title: 'Move up in its section',
    hint: 'move up',
    group: 'agents',
    keys: ['K'],
    needsHub: true,
    when: isOrderable,
    run: (context) => reorder(context, -1),
  },
  {
    id: 'move-down',
    title: 'Move down in its section',
    hint: 'move down',
    group: 'agents',
    keys: ['J'],
    needsHub: true,
    when: isOrderable,
    run: (context) => reorder(context, 1),
  },
];
