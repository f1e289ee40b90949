import type { AgentRecord } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppEvent } from './app-event.ts';
import { type AppState, createAppState, selectedAgent, shownToast } from './app-state.ts';
import { HOLD_MS, reduce } from './reduce.ts';
import { itemHeight, itemRows, regionsOf } from './screen-layout.ts';
import { cursorLine } from './viewport.ts';
import { visibleItems } from './visible-items.ts';

type State = AgentRecord['activity']['state'];
const start = 1_000_000;

function agent(id: string, state: State, fields: Partial<AgentRecord> = {}): AgentRecord {
  const activity = {
    state,
    reason: null,
    detail: null,
    since: start,
    certainty: 'high' as const,
    conflict: false,
    resetsAt: null,
  };
  return createAgentRecord({ id, activity, createdAt: start, ...fields });
}

function many(count: number, state: State): AgentRecord[] {
  return Array.from({ length: count }, (_, index) => agent(`${state}-${String(index).padStart(3, '0')}`, state));
}

function apply(state: AppState, now: number, ...events: readonly AppEvent[]): AppState {
  return events.reduce((current, event) => reduce(current, event, now), state);
}

function withAgents(agents: readonly AgentRecord[], size = { columns: 80, rows: 24 }): AppState {
  const empty = createAppState({ size, now: start, connection: { state: 'connected', since: start } });
  return apply(empty, start, { type: 'fleet.snapshot', snapshot: { seq: 1, agents: [...agents], runtimes: [] } });
}

const put = (record: AgentRecord): AppEvent => ({ type: 'fleet.changes', changes: [{ type: 'put', agent: record }] });

function line(state: AppState): number {
  const regions = regionsOf(state);
  const frame = { items: state.list.content.items, rows: itemRows(regions), heightOf: itemHeight(regions) };
  return cursorLine(frame, state.list);
}

const keyAt = (state: AppState): string | null => state.list.cursorKey;

describe('the cursor', () => {
  it('goes to an agent that the hub has not told of yet as soon as it does, unless it is moved', () => {
    const state = apply(withAgents(many(3, 'working')), start, { type: 'cursor.to', key: 'fresh' });
    expect(keyAt(state)).toBe('working-000');
    expect(keyAt(apply(state, start, put(agent('fresh', 'working'))))).toBe('fresh');
    const moved = apply(state, start, { type: 'cursor.move', count: 1 }, put(agent('fresh', 'working')));
    expect(keyAt(moved)).toBe('working-001');
  });

  it('begins at the first agent that needs the person', () => {
    expect(keyAt(withAgents([agent('w', 'working'), agent('q', 'waiting')]))).toBe('q');
  });

  it('moves over headings and stays at the ends', () => {
    const state = withAgents([agent('q', 'waiting'), agent('w', 'working')]);
    expect(keyAt(apply(state, start, { type: 'cursor.move', count: 1 }))).toBe('w');
    expect(keyAt(apply(state, start, { type: 'cursor.move', count: 5 }))).toBe('w');
    expect(keyAt(apply(state, start, { type: 'cursor.move', count: -1 }))).toBe('q');
  });

  it('follows its agent and keeps its screen line when rows come above', () => {
    const state = apply(withAgents(many(60, 'working')), start, { type: 'cursor.move', count: 30 });
    const news = Array.from({ length: 5 }, (_, index) => put(agent(`new-${index}`, 'waiting')));
    const next = apply(state, start + 10_000, ...news);
    expect(keyAt(next)).toBe(keyAt(state));
    expect(line(next)).toBe(line(state));
    expect(next.list.top).toBeGreaterThan(state.list.top);
  });

  it('goes to the neighbour when its agent is removed', () => {
    const state = apply(withAgents(many(5, 'working')), start, { type: 'cursor.move', count: 2 });
    const next = apply(state, start, { type: 'fleet.changes', changes: [{ type: 'remove', id: 'working-002' }] });
    expect(keyAt(next)).toBe('working-003');
  });

  it('is always in sight, whatever happens', () => {
    const event = fc.oneof(
      fc.integer({ min: -40, max: 40 }).map((count): AppEvent => ({ type: 'cursor.move', count })),
      fc.integer({ min: -3, max: 3 }).map((count): AppEvent => ({ type: 'cursor.page', count })),
      fc.integer({ min: -40, max: 40 }).map((count): AppEvent => ({ type: 'list.scroll', count })),
      fc.constantFrom<AppEvent>(
        { type: 'cursor.end', end: 'top' },
        { type: 'cursor.end', end: 'bottom' },
        { type: 'cursor.next-waiting' },
      ),
      fc.constantFrom<AppEvent>(
        { type: 'fold', key: 'working', isFolded: 'toggle' },
        { type: 'fold', key: null, isFolded: true },
      ),
      fc.constantFrom<AppEvent>(
        { type: 'filter.only-waiting' },
        { type: 'filter.open' },
        { type: 'filter.cancel' },
        { type: 'filter.text', text: '01' },
      ),
      fc.constantFrom<AppEvent>(
        { type: 'group', group: 'host' },
        { type: 'group', group: 'attention' },
        { type: 'tick' },
        { type: 'touched' },
      ),
      fc
        .record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 8, max: 60 }) })
        .map((size): AppEvent => ({ type: 'resize', size })),
      fc
        .tuple(fc.nat(30), fc.constantFrom<State>('waiting', 'working', 'idle'))
        .map(([index, state]) => put(agent(`working-${String(index).padStart(3, '0')}`, state))),
      fc.nat(30).map(
        (index): AppEvent => ({
          type: 'fleet.changes',
          changes: [{ type: 'remove', id: `working-${String(index).padStart(3, '0')}` }],
        }),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(2000))), (events) => {
        let state = withAgents([...many(40, 'working'), ...many(5, 'waiting')]);
        let now = start;
        for (const [next, later] of events) {
          now += later;
          state = reduce(state, next, now);
          const { cursor, cursorKey, content } = state.list;
          expect(content.items[cursor]?.key ?? null).toBe(cursorKey);
          const regions = regionsOf(state);
          const shown = visibleItems(state, regions).shown.map(({ index }) => index);
          const mustShow = cursor >= 0 && itemRows(regions) > 1;
          expect(mustShow ? shown : [cursor]).toContain(cursor);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('sections', () => {
  const waits = agent('working-001', 'waiting');

  it('do not change while a key was pressed in the last 1.5 s, but the counters do', () => {
    const state = apply(withAgents(many(3, 'working')), start, { type: 'touched' }, put(waits));
    expect(state.fleet.sections['needs-you']).toEqual([]);
    expect(state.fleet.counts['needs-you']).toBe(1);
    const later = apply(state, start + HOLD_MS, { type: 'tick' });
    expect(later.fleet.sections['needs-you']).toEqual(['working-001']);
  });

  it('do not change while a sheet is open', () => {
    const sheet = { kind: 'keys', search: '', scroll: 0 } as const;
    const open = apply(withAgents(many(3, 'working')), start, { type: 'sheet.open', sheet }, put(waits));
    expect(apply(open, start + 60_000, { type: 'tick' }).fleet.sections['needs-you']).toEqual([]);
    expect(apply(open, start + 60_000, { type: 'sheet.close' }).fleet.sections['needs-you']).toEqual(['working-001']);
  });

  it('let the row under the cursor go 3 s after the last key, the cursor with it', () => {
    const state = apply(withAgents(many(3, 'working')), start, { type: 'cursor.to', key: 'working-001' });
    const changed = apply(state, start, { type: 'touched' }, put(waits));
    const held = apply(changed, start + 2 * HOLD_MS - 1, { type: 'tick' });
    expect(held.fleet.sections.working).toContain('working-001');
    expect(selectedAgent(held)?.activity.state).toBe('waiting');
    const later = apply(held, start + 2 * HOLD_MS, { type: 'tick' });
    expect(later.fleet.sections['needs-you']).toEqual(['working-001']);
    expect(keyAt(later)).toBe('working-001');
    const heading = (section: string): unknown =>
      later.list.content.items.find(({ kind, key }) => kind === 'heading' && key === section);
    expect([heading('needs-you'), heading('working')]).toMatchObject([{ count: 1 }, { count: 2 }]);
  });

  it('hold no row back for who has pressed nothing', () => {
    const state = apply(withAgents(many(3, 'working')), start, { type: 'cursor.to', key: 'working-001' });
    expect(apply(state, start + 60_000, put(waits)).fleet.sections['needs-you']).toEqual(['working-001']);
  });

  it('let the row under the cursor go when the cursor leaves it', () => {
    const state = apply(withAgents(many(3, 'working')), start, { type: 'cursor.to', key: 'working-001' });
    const changed = apply(state, start, { type: 'touched' }, put(waits));
    const left = apply(changed, start + HOLD_MS, { type: 'cursor.move', count: 1 });
    expect(left.fleet.sections['needs-you']).toEqual(['working-001']);
    expect(keyAt(left)).toBe('working-002');
  });

  it('fold and unfold; the cursor then stands on the heading', () => {
    const state = apply(withAgents([...many(3, 'working'), agent('i', 'idle')]), start, {
      type: 'fold',
      key: null,
      isFolded: true,
    });
    expect(keyAt(state)).toBe('working');
    expect(state.list.content.items.map(({ key }) => key)).toEqual(['working', 'quiet', 'i']);
    expect(apply(state, start, { type: 'fold', key: null, isFolded: false }).list.content.items).toHaveLength(6);
  });

  it('can be projects or hosts, which count what they hold', () => {
    const agents = [
      agent('a', 'waiting', { host: 'ssh/dgx1' }),
      agent('b', 'idle', { host: 'local' }),
      agent('c', 'working', { host: 'ssh/dgx1' }),
    ];
    const state = apply(withAgents(agents), start, { type: 'group', group: 'host' });
    expect(state.list.content.items.map(({ key }) => key)).toEqual(['host:ssh/dgx1', 'a', 'c', 'host:local', 'b']);
    expect(state.list.content.items[0]).toMatchObject({ counts: { 'needs-you': 1, working: 1 } });
  });
});

describe('the filter', () => {
  const agents = [agent('pay-webhooks', 'working'), agent('payments-retry', 'waiting'), agent('docs', 'idle')];

  it('puts the cursor on the best match, keeps it on Enter and restores the row on Esc', () => {
    const state = apply(
      withAgents(agents),
      start,
      { type: 'cursor.to', key: 'docs' },
      { type: 'filter.open' },
      { type: 'filter.text', text: 'webh' },
    );
    expect(keyAt(state)).toBe('pay-webhooks');
    expect(state.list.content.matching).toBe(1);
    expect(apply(state, start, { type: 'filter.keep' }).list.filter).toMatchObject({ isEditing: false, text: 'webh' });
    const back = apply(state, start, { type: 'filter.cancel' });
    expect([keyAt(back), back.list.filter, back.list.content.matching]).toEqual(['docs', null, 3]);
  });

  it('shows only those that need the person with W', () => {
    const state = apply(withAgents(agents), start, { type: 'filter.only-waiting' });
    expect(state.list.content.items.map(({ key }) => key)).toEqual(['needs-you', 'payments-retry']);
  });

  it('lets a new one that matches appear', () => {
    const state = apply(
      withAgents(agents),
      start,
      { type: 'filter.open' },
      { type: 'filter.text', text: 'pay' },
      put(agent('payroll', 'idle')),
    );
    expect(state.list.content.matching).toBe(3);
  });
});

describe('marks', () => {
  it('are put, taken and put on a range', () => {
    const state = withAgents(many(5, 'working'));
    const marked = apply(
      state,
      start,
      { type: 'mark.range' },
      { type: 'cursor.move', count: 2 },
      { type: 'mark.range' },
    );
    expect([...marked.list.marks]).toEqual(['working-000', 'working-001', 'working-002']);
    expect(apply(marked, start, { type: 'mark.toggle', key: 'working-001' }).list.marks.size).toBe(2);
    expect(apply(marked, start, { type: 'mark.clear' }).list.marks.size).toBe(0);
  });

  it('go with their agent', () => {
    const state = apply(
      withAgents(many(2, 'working')),
      start,
      { type: 'mark.toggle', key: null },
      { type: 'fleet.changes', changes: [{ type: 'remove', id: 'working-000' }] },
    );
    expect(state.list.marks.size).toBe(0);
  });
});

describe('toasts and undo', () => {
  const told = (state: AppState): string | undefined => shownToast(state.toasts)?.text;

  it('go after 4 s, errors stay until Esc', () => {
    const state = apply(
      withAgents([]),
      start,
      { type: 'toast', kind: 'error', text: 'bad' },
      { type: 'toast', kind: 'info', text: 'done' },
    );
    const later = apply(state, start + 4001, { type: 'tick' });
    expect(later.toasts.map(({ text }) => text)).toEqual(['bad']);
    expect(apply(later, start, { type: 'toast.hide' }).toasts).toEqual([]);
  });

  it('tell errors first, one after the other, and the newest notice last', () => {
    const state = apply(
      withAgents([]),
      start,
      { type: 'toast', kind: 'info', text: 'key note' },
      { type: 'toast', kind: 'error', text: 'config' },
      { type: 'toast', kind: 'info', text: 'started' },
      { type: 'toast', kind: 'error', text: 'hub' },
    );
    expect(told(state)).toBe('config');
    const second = apply(state, start, { type: 'toast.hide' });
    expect(told(second)).toBe('hub');
    const third = apply(second, start, { type: 'toast.hide' });
    expect(told(third)).toBe('started');
    expect(told(apply(third, start + 4000, { type: 'tick' }))).toBeUndefined();
  });

  it('stand there once, however often they come, and are all kept to be read', () => {
    const again = { type: 'toast', kind: 'error', text: 'no room' } as const;
    const state = apply(withAgents([]), start, again, again);
    expect(state.toasts).toHaveLength(1);
    expect(state.notices.map(({ text }) => text)).toEqual(['no room', 'no room']);
    expect(apply(state, start, { type: 'toast.read' })).toMatchObject({ toasts: [], notices: { length: 2 } });
  });

  it('offer an undo until its time is over', () => {
    const state = apply(withAgents([]), start, {
      type: 'undo.offer',
      agentIds: ['a'],
      text: 'a removed',
      until: start + 30_000,
    });
    expect(apply(state, start + 29_000, { type: 'tick' }).undo).not.toBeNull();
    expect(apply(state, start + 30_000, { type: 'tick' }).undo).toBeNull();
  });
});

describe('a thousand agents', () => {
  it('keep their list as it is when one of them writes', () => {
    const state = withAgents(many(1000, 'working'));
    const next = apply(state, start, {
      type: 'fleet.changes',
      changes: [{ type: 'patch', id: 'working-500', patch: { text: 'x' } }],
    });
    expect(next.list.content).toBe(state.list.content);
    expect(next.fleet.agents.get('working-500')?.text).toBe('x');
  });

  it('keep their list as it is when the cursor moves', () => {
    const state = withAgents(many(1000, 'working'));
    const next = apply(state, start, { type: 'touched' }, { type: 'cursor.end', end: 'bottom' });
    expect(next.list.content).toBe(state.list.content);
    expect(keyAt(next)).toBe('working-999');
  });

  it('have only the rows in sight walked', () => {
    const state = withAgents(many(1000, 'working'));
    expect(visibleItems(state, regionsOf(state)).shown).toHaveLength(15);
  });
});
