import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetDelta } from '../protocol/fleet-delta.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { DeltaGatherer } from './delta-gatherer.ts';

function setUp() {
  const records = new Map<string, AgentRecord>();
  const deltas: FleetDelta[] = [];
  const onFlush = vi.fn<() => void>();
  const gatherer = new DeltaGatherer({
    now: Date.now,
    find: (id) => records.get(id),
    onFlush,
    publish: (delta) => deltas.push(delta),
  });
  const set = (record: AgentRecord) => {
    records.set(record.id, record);
    gatherer.touch(record.id);
  };
  return { records, deltas, gatherer, set, onFlush };
}

describe('DeltaGatherer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('puts new agents, then patches only what differs', () => {
    const { deltas, set } = setUp();
    const record = createAgentRecord({ id: 'a' });
    set(record);
    vi.advanceTimersByTime(40);
    set({ ...record, text: 'one' });
    set({ ...record, text: 'two', outputAt: 5 });
    vi.advanceTimersByTime(40);
    expect(deltas).toEqual([
      { seq: 1, changes: [{ type: 'put', agent: record }] },
      { seq: 2, changes: [{ type: 'patch', id: 'a', patch: { text: 'two', outputAt: 5 } }] },
    ]);
  });

  it('publishes at most every 25 ms, and soon after a quiet time', () => {
    const { deltas, set } = setUp();
    const record = createAgentRecord({ id: 'a' });
    for (let ms = 0; ms < 330; ms += 1) {
      set({ ...record, order: ms });
      vi.advanceTimersByTime(1);
    }
    expect(deltas.length).toBeGreaterThanOrEqual(10);
    expect(deltas.length).toBeLessThanOrEqual(14);
    vi.advanceTimersByTime(1000);
    const before = deltas.length;
    set({ ...record, order: -1 });
    vi.advanceTimersByTime(6);
    expect(deltas).toHaveLength(before + 1);
  });

  it('says nothing of an agent that is as it was', () => {
    const { deltas, gatherer, set } = setUp();
    const record = createAgentRecord({ id: 'a' });
    gatherer.prime([record]);
    set({ ...record });
    vi.advanceTimersByTime(40);
    expect(deltas).toEqual([]);
  });

  it('removes what clients know, and nothing else', () => {
    const { deltas, gatherer } = setUp();
    gatherer.prime([createAgentRecord({ id: 'a' })]);
    gatherer.touch('a');
    gatherer.touch('never-seen');
    vi.advanceTimersByTime(40);
    expect(deltas).toEqual([{ seq: 1, changes: [{ type: 'remove', id: 'a' }] }]);
  });

  it('lets others put what they gathered into the records first', () => {
    const { deltas, gatherer, set, onFlush } = setUp();
    onFlush.mockImplementation(() => set(createAgentRecord({ id: 'late' })));
    gatherer.wake();
    vi.advanceTimersByTime(40);
    expect(deltas[0]?.changes).toMatchObject([{ type: 'put', agent: { id: 'late' } }]);
  });

  it('publishes nothing after it was closed', () => {
    const { deltas, gatherer, set } = setUp();
    set(createAgentRecord({ id: 'a' }));
    gatherer[Symbol.dispose]();
    vi.advanceTimersByTime(100);
    expect(deltas).toEqual([]);
  });
});
