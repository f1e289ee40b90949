import { expect, it, vi } from 'vitest';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { createMemoryLog } from '../testing/memory-log.ts';
import { FleetStore } from './fleet-store.ts';
import { StateKeeper } from './state-keeper.ts';

const created = (seq: number, id: string): FleetEvent => ({
  seq,
  at: seq,
  event: { type: 'agent.created', id, agent: createAgentRecord({ id }) },
});
const state = { version: 1, agents: [{ of: 'another hub' }] };

it('makes a saved state that is not understood again from the events, while all are there', async () => {
  const log = createMemoryLog({ events: [created(1, 'a'), created(2, 'b')], state: { seq: 1, state } });
  const store = new FleetStore();
  await new StateKeeper(log, store).load();
  expect([...store.agents()].map(({ record }) => record.id)).toEqual(['a', 'b']);
  expect(log.damage).toBeNull();
});

it('sets a log aside whose saved state is not understood and whose events are compacted away', async () => {
  const log = createMemoryLog({ events: [created(8, 'b')], state: { seq: 7, state } });
  const store = new FleetStore();
  await new StateKeeper(log, store).load();
  expect(log.damage).toMatchObject({ reason: expect.stringContaining('saved state is not understood') });
  expect([store.size, log.lastSeq]).toEqual([0, 0]);
});

it('saves the state after 5,000 events, so that a start reads only those that followed', async () => {
  const log = createMemoryLog({ events: [created(1, 'a'), created(2, 'b')] });
  const keeper = new StateKeeper(log, new FleetStore());
  await keeper.load();
  await keeper.saveIfLong();
  expect(await log.loadState()).toBeNull();
  for (let seq = 3; seq <= 5_000; seq += 1) keeper.apply({ seq, at: seq, event: { type: 'agent.seen', id: 'a' } });
  await keeper.saveIfLong();
  expect(await log.loadState()).toMatchObject({ seq: 5_000 });
  const read = vi.spyOn(log, 'read');
  const store = new FleetStore();
  await new StateKeeper(log, store).load();
  expect(read.mock.calls.map(([since]) => since)).toEqual([5_000]);
  expect(store.size).toBe(2);
});
