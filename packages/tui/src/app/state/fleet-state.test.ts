import type { AgentRecord, FleetChange } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownState } from './agent-state.ts';
import { applyChanges, createFleet, emptyFleet, type FleetState, settleFleet } from './fleet-state.ts';

type State = AgentRecord['activity']['state'];

function agent(id: string, state: State, fields: Partial<AgentRecord> = {}, since = 1000): AgentRecord {
  const activity = {
    state,
    reason: null,
    detail: null,
    since,
    certainty: 'high' as const,
    conflict: false,
    resetsAt: null,
  };
  return createAgentRecord({ id, activity, ...fields });
}

const states: readonly State[] = ['starting', 'working', 'waiting', 'idle', 'error', 'unknown'];

const anyAgent = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    state: fc.constantFrom(...states),
    since: fc.nat(5),
    order: fc.nat(3),
    createdAt: fc.nat(3),
    unread: fc.boolean(),
    removeAt: fc.constantFrom(null, null, null, 5),
  })
  .map(({ id, state, since, ...fields }) => agent(id, state, fields, since));

const anyChange: fc.Arbitrary<FleetChange> = fc.oneof(
  { weight: 4, arbitrary: anyAgent.map((record) => ({ type: 'put' as const, agent: record })) },
  {
    weight: 2,
    arbitrary: anyAgent.map(({ id, activity, order }) => ({ type: 'patch' as const, id, patch: { activity, order } })),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b', 'c').map((id) => ({ type: 'remove' as const, id })) },
);

function rebuilt(fleet: FleetState): FleetState {
  return createFleet([...fleet.agents.values(), ...fleet.removed.values()], []);
}

describe('a fleet that changes bit by bit', () => {
  it('is the same as one made at once from the same agents', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyChange)), (batches) => {
        const fleet = batches.reduce((state, changes) => applyChanges(state, changes), emptyFleet);
        const whole = rebuilt(fleet);
        expect(fleet.sections).toEqual(whole.sections);
        expect(fleet.counts).toEqual(whole.counts);
        expect(new Map(fleet.places)).toEqual(new Map(whole.places));
        expect(fleet.unsettled).toEqual(new Set());
      }),
    );
  });

  it('moves nobody while all is held, counts truly, and is right after settling', () => {
    fc.assert(
      fc.property(fc.array(anyAgent), fc.array(anyChange), (agents, changes) => {
        const before = applyChanges(
          emptyFleet,
          agents.map((record) => ({ type: 'put', agent: record })),
        );
        const held = applyChanges(before, changes, () => true);
        const survivors = (fleet: FleetState): string[][] =>
          Object.values(fleet.sections).map((ids) => ids.filter((id) => before.agents.has(id) && held.agents.has(id)));
        const comesBack = changes.some(({ type }) => type !== 'patch');
        expect(comesBack ? [] : survivors(held)).toEqual(comesBack ? [] : survivors(before));
        expect(held.counts).toEqual(rebuilt(held).counts);
        expect(settleFleet(held, null).sections).toEqual(rebuilt(held).sections);
      }),
    );
  });
});

describe('the order', () => {
  it('puts those that wait longest first, so that news comes last', () => {
    const fleet = createFleet(
      [agent('new', 'waiting', {}, 30), agent('old', 'waiting', {}, 10), agent('mid', 'waiting', {}, 20)],
      [],
    );
    expect(fleet.sections['needs-you']).toEqual(['old', 'mid', 'new']);
  });

  it('keeps the others by creation or by hand, never by activity', () => {
    const fleet = createFleet(
      [
        agent('b', 'working', { createdAt: 2 }, 1),
        agent('a', 'working', { createdAt: 1 }, 9),
        agent('first', 'idle', { order: -1, createdAt: 9 }),
        agent('z', 'idle'),
      ],
      [],
    );
    expect(fleet.sections.working).toEqual(['a', 'b']);
    expect(fleet.sections.quiet).toEqual(['first', 'z']);
  });

  it('leaves out what is being removed, and brings it back', () => {
    const before = createFleet([agent('a', 'idle')], []);
    const gone = applyChanges(before, [{ type: 'patch', id: 'a', patch: { removeAt: 5 } }]);
    expect([gone.agents.size, gone.removed.size, gone.counts.quiet]).toEqual([0, 1, 0]);
    const back = applyChanges(gone, [{ type: 'patch', id: 'a', patch: { removeAt: null } }]);
    expect([back.agents.size, back.removed.size, back.sections.quiet]).toEqual([1, 0, ['a']]);
  });
});

describe('what a change costs', () => {
  it('leaves every section and place as it was when only a text changed', () => {
    const before = createFleet([agent('a', 'working'), agent('b', 'idle')], []);
    const after = applyChanges(before, [{ type: 'patch', id: 'a', patch: { text: 'new' } }]);
    expect(after.agents.get('a')?.text).toBe('new');
    expect(after.agents.get('b')).toBe(before.agents.get('b'));
    expect(after.sections).toBe(before.sections);
    expect(after.places).toBe(before.places);
  });

  it('touches only the two sections of an agent that moves', () => {
    const before = createFleet([agent('a', 'working'), agent('b', 'idle'), agent('c', 'waiting')], []);
    const moved = agent('a', 'idle');
    const after = applyChanges(before, [{ type: 'put', agent: moved }]);
    expect(after.sections['needs-you']).toBe(before.sections['needs-you']);
    expect(after.sections.quiet).toContain('a');
    expect(shownState(moved).section).toBe('quiet');
  });
});
