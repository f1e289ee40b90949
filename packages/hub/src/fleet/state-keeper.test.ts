import { expect, it } from 'vitest';
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
