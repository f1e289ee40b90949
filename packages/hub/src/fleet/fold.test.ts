import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { AgentState } from './agent-state.ts';
import { foldAgent, startingActivity } from './fold.ts';

const id = 'fix-login-k3m9';
const created: FleetEventBody = {
  type: 'agent.created',
  id,
  agent: createAgentRecord({ id, lifecycle: 'queued', handle: null, pid: null }),
};
const handle = { runtimeType: 'local', agentId: id, data: { paneId: '%4' } };
const placed: FleetEventBody = {
  type: 'agent.placed',
  id,
  handle,
  directory: '/work/tree',
  worktree: { path: '/work/tree', branch: 'fix/login', created: true },
  pid: 77,
  attachCommand: 'tmux attach',
  attachArgv: ['tmux', 'attach'],
  conversationId: null,
};

function fold(bodies: readonly FleetEventBody[], from?: AgentState, firstSeq = 1): AgentState | undefined {
  const events: FleetEvent[] = bodies.map((event, index) => ({
    seq: firstSeq + index,
    at: 1000 + firstSeq + index,
    event,
  }));
  return events.reduce<AgentState | undefined>(foldAgent, from);
}

function lifecycle(word: AgentState['record']['lifecycle'], reason: string | null = null): FleetEventBody {
  return { type: 'agent.lifecycle', id, lifecycle: word, reason, exit: null };
}

const messageId = fc.constantFrom('m1', 'm2', 'm3');
const anyEvent: fc.Arbitrary<FleetEventBody> = fc.oneof(
  fc.constant(placed),
  fc
    .constantFrom('queued', 'provisioning', 'running', 'stopped', 'lost', 'unreachable')
    .map((word) => lifecycle(word as 'queued')),
  fc.boolean().map(
    (unread): FleetEventBody => ({
      type: 'agent.activity',
      id,
      activity: { ...startingActivity(5), state: 'idle' },
      unread,
    }),
  ),
  fc.constant<FleetEventBody>({ type: 'agent.seen', id }),
  fc.string({ minLength: 1 }).map((name): FleetEventBody => ({ type: 'agent.renamed', id, name, handle: null })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((order) => !Object.is(order, -0))
    .map((order): FleetEventBody => ({ type: 'agent.reordered', id, order })),
  fc.constant<FleetEventBody>({ type: 'agent.removal-scheduled', id, removeAt: 9, worktree: 'keep', force: true }),
  fc.constant<FleetEventBody>({ type: 'agent.removal-undone', id }),
  fc.constant<FleetEventBody>({ type: 'agent.removed', id }),
  fc.constant<FleetEventBody>(created),
  fc
    .tuple(messageId, fc.string())
    .map(([message, text]): FleetEventBody => ({ type: 'message.queued', id, messageId: message, text, submit: true })),
  fc
    .tuple(messageId, fc.constantFrom('held', 'queued', 'typing', 'echoed', 'accepted', 'uncertain', 'cancelled'))
    .map(([message, state]): FleetEventBody => ({ type: 'message.state', id, messageId: message, state })),
);

describe('foldAgent', () => {
  it('cuts a long task in the record, never through a character, and keeps the whole beside it', () => {
    const agent = createAgentRecord({ id, task: `x${'日'.repeat(3_000)}` });
    const state = foldAgent(undefined, { seq: 1, at: 0, event: { type: 'agent.created', id, agent } });
    expect(state?.wholeTask).toBe(agent.task);
    expect(state?.record.task).toMatch(/^x日+…$/u);
    expect(Buffer.byteLength(state?.record.task ?? '')).toBeLessThanOrEqual(4_096);
    const short = createAgentRecord({ id, task: 'x'.repeat(4_096) });
    const kept = foldAgent(undefined, { seq: 1, at: 0, event: { type: 'agent.created', id, agent: short } });
    expect(kept).toMatchObject({ record: { task: short.task } });
    expect(kept).not.toHaveProperty('wholeTask');
  });

  it('gives the same from a saved state and the rest as from all events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const all = [created, ...events];
        const saved = fold(all.slice(0, cut + 1));
        const loaded = saved === undefined ? undefined : AgentState.parse(JSON.parse(JSON.stringify(saved)));
        expect(fold(all.slice(cut + 1), loaded, cut + 2)).toEqual(fold(all));
      }),
    );
  });

  it('counts as queued exactly the messages that still have a way to go', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const state = fold([created, ...events]);
        // what was typed waits no more, proven or not
        const over = ['echoed', 'accepted', 'cancelled'];
        const pending = state?.messages.filter((message) => !over.includes(message.state)).length;
        expect(state?.record.queued).toBe(pending);
      }),
    );
  });

  it('knows nothing of agents that were never made', () => {
    expect(fold([placed, lifecycle('running')])).toBeUndefined();
  });

  it('forgets a removed agent', () => {
    expect(fold([created, { type: 'agent.removed', id }])).toBeUndefined();
  });

  it('starts the activity anew when the agent starts, not when its engine answers again', () => {
    const idle = { ...startingActivity(3), state: 'idle' } as const;
    const told: FleetEventBody = { type: 'agent.activity', id, activity: idle, unread: true };
    expect(fold([created, told, lifecycle('running')])?.record).toMatchObject({
      activity: { state: 'starting' },
      unread: false,
    });
    expect(
      fold([created, lifecycle('running'), told, lifecycle('unreachable'), lifecycle('running')])?.record,
    ).toMatchObject({ activity: { state: 'idle' }, unread: true });
  });

  it('keeps the conversation when a new place names none', () => {
    const known = { ...placed, conversationId: 'c-1' };
    expect(fold([created, known, placed])?.record).toMatchObject({
      conversationId: 'c-1',
      directory: '/work/tree',
      pid: 77,
    });
  });

  it('has no process once it stopped', () => {
    expect(fold([created, placed, lifecycle('running'), lifecycle('stopped', 'stopped by you')])?.record).toMatchObject(
      { pid: null, viewers: 0, lifecycleReason: 'stopped by you' },
    );
  });

  it('gives a waiting message a new text in its place', () => {
    const queued = (messageName: string, text: string): FleetEventBody => ({
      type: 'message.queued',
      id,
      messageId: messageName,
      text,
      submit: true,
    });
    const state = fold([created, queued('m1', 'one'), queued('m2', 'two'), queued('m1', 'first')]);
    expect(state?.messages.map(({ text }) => text)).toEqual(['first', 'two']);
  });

  it('remembers the last 20 delivered messages and all that wait', () => {
    const events = Array.from({ length: 30 }, (_, index): FleetEventBody[] => [
      { type: 'message.queued', id, messageId: `d${index}`, text: `${index}`, submit: true },
      { type: 'message.state', id, messageId: `d${index}`, state: index === 0 ? 'held' : 'accepted' },
    ]).flat();
    const messages = fold([created, ...events])?.messages ?? [];
    expect(messages).toHaveLength(21);
    expect(messages[0]).toMatchObject({ id: 'd0', state: 'held' });
    expect(messages.at(-1)).toMatchObject({ id: 'd29' });
  });

  it('tells the last 20 states, newest first', () => {
    const events = Array.from({ length: 15 }, () => [lifecycle('running'), lifecycle('stopped')]).flat();
    const history = fold([created, ...events])?.history ?? [];
    expect(history).toHaveLength(20);
    expect(history[0]?.state).toBe('stopped');
  });

  it('hides a removed agent until that is undone', () => {
    const scheduled: FleetEventBody = { type: 'agent.removal-scheduled', id, removeAt: 9, worktree: 'remove' };
    expect(fold([created, scheduled])).toMatchObject({
      record: { removeAt: 9 },
      removal: { worktree: 'remove', force: false },
    });
    expect(fold([created, scheduled, { type: 'agent.removal-undone', id }])).toEqual(fold([created]));
  });
});
