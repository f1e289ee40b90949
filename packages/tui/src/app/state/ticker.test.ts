import type { AgentRecord } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppState } from './app-state.ts';
import { reduce } from './reduce.ts';
import { Store } from './store.ts';
import { isPulsing, nextTick, Ticker } from './ticker.ts';

const start = 1_000_000_000_000;

function working(fields: Partial<AgentRecord> = {}, ago = 600_000): AgentRecord {
  const activity = {
    state: 'working' as const,
    reason: null,
    detail: null,
    since: start - ago,
    certainty: 'high' as const,
    conflict: false,
    resetsAt: null,
  };
  return createAgentRecord({ id: 'w', activity, outputAt: start - 60_000, ...fields });
}

function stateWith(...agents: readonly AgentRecord[]): ReturnType<typeof createAppState> {
  const empty = createAppState({
    size: { columns: 80, rows: 24 },
    now: start,
    connection: { state: 'connected', since: start },
  });
  return reduce(empty, { type: 'fleet.snapshot', snapshot: { seq: 1, agents: [...agents], runtimes: [] } }, start);
}

describe('the next time the clock alone changes the screen', () => {
  it('is a second while a row in sight is younger than a minute, else up to a minute', () => {
    expect(nextTick(stateWith(working({}, 5000)))).toBe(1000);
    expect(nextTick(stateWith(working()))).toBe(60_000);
  });

  it('is a second while something counts down', () => {
    const offered = reduce(
      stateWith(),
      { type: 'undo.offer', agentIds: ['a'], text: 'gone', until: start + 30_000 },
      start,
    );
    expect(nextTick(offered)).toBe(1000);
    const lost = reduce(
      stateWith(),
      { type: 'connection', connection: { state: 'lost', since: start, retryAt: start + 9000 } },
      start,
    );
    expect(nextTick(lost)).toBe(1000);
  });

  it('is when held rows may move', () => {
    const held = reduce(stateWith(working()), { type: 'touched' }, start);
    const waits = { ...working(), activity: { ...working().activity, state: 'waiting' as const } };
    const changed = reduce(held, { type: 'fleet.changes', changes: [{ type: 'put', agent: waits }] }, start + 400);
    expect(nextTick(changed)).toBe(1100);
    // its row is the one under the cursor
    expect(nextTick(reduce(changed, { type: 'tick' }, start + 1500))).toBe(1500);
  });
});

describe('the pulse', () => {
  it('beats only while a row in sight writes and the terminal looks', () => {
    const writes = stateWith(working({ outputAt: start - 500 }));
    expect(isPulsing(writes)).toBe(true);
    expect(isPulsing(stateWith(working()))).toBe(false);
    expect(isPulsing(reduce(writes, { type: 'terminal.focus', hasFocus: false }, start))).toBe(false);
  });
});

describe('the ticker', () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());

  const clock = { now: () => Date.now() };

  it('beats at most twice a second, and ends on the bright beat', () => {
    const store = new Store(stateWith(working({ outputAt: start })), clock);
    using _ticker = new Ticker({ store, hasMotion: () => true });
    vi.advanceTimersByTime(1900);
    expect(store.getState().pulse).toBe(3);
    vi.advanceTimersByTime(10_000);
    expect(store.getState().pulse % 2).toBe(0);
    expect(store.getState().pulse).toBeLessThanOrEqual(6);
  });

  it('stays still without motion', () => {
    const store = new Store(stateWith(working({ outputAt: start })), clock);
    using _ticker = new Ticker({ store, hasMotion: () => false });
    vi.advanceTimersByTime(5000);
    expect(store.getState().pulse).toBe(0);
  });

  it('counts seconds of a young row and stops when disposed', () => {
    const store = new Store(stateWith(working({}, 1000)), clock);
    const ticker = new Ticker({ store, hasMotion: () => true });
    vi.advanceTimersByTime(3500);
    expect(store.getState().now).toBe(start + 3000);
    ticker[Symbol.dispose]();
    ticker[Symbol.dispose]();
    vi.advanceTimersByTime(60_000);
    expect(store.getState().now).toBe(start + 3000);
  });
});
