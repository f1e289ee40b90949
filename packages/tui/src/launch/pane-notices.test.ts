import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAppState, noWorkspace } from '../app/state/app-state.ts';
import { Store } from '../app/state/store.ts';
import { showNotices } from './pane-notices.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(panes = [{ paneId: '%5', kind: 'agent', agentId: 'one' } as const]) {
  const workspace = { ...noWorkspace, isReady: true, panes };
  const store = new Store(createAppState({ size: { columns: 80, rows: 24 }, now: 1, workspace }), { now: () => 1 });
  const told: string[] = [];
  const stop = new AbortController();
  showNotices({ store, tell: (text) => void told.push(text), signal: stop.signal });
  onTestFinished(() => stop.abort());
  return { store, told, stop };
}

describe('what the list says', () => {
  it('is said below the panes, and taken back with it', () => {
    const { store, told } = open();
    store.dispatch({ type: 'toast', kind: 'error', text: 'first' });
    store.dispatch({ type: 'pulse' });
    store.dispatch({ type: 'toast.hide' });
    store.dispatch({ type: 'toast', kind: 'info', text: 'second' });
    expect(told).toEqual(['first', '', 'second']);
  });

  it('goes by itself there, though an error stays in the list', () => {
    const { store, told } = open();
    store.dispatch({ type: 'toast', kind: 'error', text: 'broken' });
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['broken', '']);
    expect(store.getState().toasts).toHaveLength(1);
  });

  it('stays in the list while that is alone, and after the end', () => {
    const alone = open([]);
    alone.store.dispatch({ type: 'toast', kind: 'info', text: 'here' });
    expect(alone.told).toEqual([]);
    const { store, told, stop } = open();
    stop.abort();
    store.dispatch({ type: 'toast', kind: 'info', text: 'late' });
    expect(told).toEqual([]);
  });
});
