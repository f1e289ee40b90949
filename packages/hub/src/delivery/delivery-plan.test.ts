import { describe, expect, it } from 'vitest';
import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { type AgentWord, planDelivery } from './delivery-plan.ts';

const typedAt = 1_700_000_100_000;
const telling: AgentWord = { toldAt: typedAt - 5_000, hasScreenRules: true, enteredAt: null, hasReacted: false };
const silent: AgentWord = { toldAt: null, hasScreenRules: false, enteredAt: null, hasReacted: false };

function message(state: StoredMessage['state'], more: Partial<StoredMessage> = {}): StoredMessage {
  return { id: `m-${state}`, text: 'x', state, at: typedAt, changedAt: typedAt, submit: true, ...more };
}

function agent(
  activity: Partial<AgentRecord['activity']>,
  messages: readonly StoredMessage[],
  fields: Partial<AgentRecord> = {},
): AgentState {
  const blank = createAgentRecord({ id: 'a' });
  const record = { ...blank, ...fields, activity: { ...blank.activity, ...activity } };
  return { record, config: null, messages, removal: null, history: [] };
}

describe('planDelivery', () => {
  it.each(['idle', 'working', 'error', 'unknown'] as const)(
    'types the first message to an agent that is %s',
    (state) => {
      const queue = [message('accepted'), message('queued', { id: 'first' }), message('queued', { id: 'second' })];
      expect(planDelivery(agent({ state }, queue), silent, typedAt)).toMatchObject({
        do: 'type',
        message: { id: 'first' },
      });
    },
  );

  it('waits for an agent that is starting, stopped, unreachable or being removed', () => {
    const queue = [message('queued')];
    expect(planDelivery(agent({ state: 'starting' }, queue), silent, typedAt)).toEqual({ do: 'nothing' });
    for (const fields of [
      { lifecycle: 'stopped' },
      { lifecycle: 'unreachable' },
      { lifecycle: 'provisioning' },
      { removeAt: 5 },
    ] as const) {
      expect(planDelivery(agent({}, queue, fields), silent, typedAt)).toEqual({ do: 'nothing' });
    }
  });

  it('holds once while a dialog is open, and types when it closed', () => {
    expect(planDelivery(agent({ state: 'waiting' }, [message('queued')]), telling, typedAt)).toMatchObject({
      do: 'hold',
    });
    expect(
      planDelivery(agent({ state: 'waiting' }, [message('held', { heldBy: 'dialog' })]), telling, typedAt),
    ).toEqual({ do: 'nothing' });
    expect(planDelivery(agent({ state: 'idle' }, [message('held')]), telling, typedAt)).toMatchObject({ do: 'type' });
  });

  it.each(['typing', 'uncertain'] as const)('types nothing while a message is %s', (state) => {
    expect(planDelivery(agent({}, [message(state), message('queued')]), silent, typedAt)).toEqual({ do: 'nothing' });
  });

  it('takes whatever the agent tells after the last key for its answer', () => {
    const queue = [message('echoed')];
    const accepted = { do: 'accept' };
    expect(planDelivery(agent({ state: 'working', since: typedAt }, queue), telling, typedAt)).toMatchObject(accepted);
    expect(
      planDelivery(agent({ state: 'idle', since: 0 }, queue), { ...telling, toldAt: typedAt + 1 }, typedAt + 2),
    ).toMatchObject(accepted);
    expect(planDelivery(agent({ state: 'idle', since: 0 }, queue), telling, typedAt)).toEqual({
      do: 'wait',
      until: typedAt + 5_000,
    });
  });

  it('believes that an agent that tells its turns has what started none, once it reacted to Enter', () => {
    const state = agent({ state: 'idle', since: 0 }, [message('echoed')]);
    const reacted = { ...telling, hasReacted: true };
    expect(planDelivery(state, reacted, typedAt + 4_999)).toEqual({ do: 'wait', until: typedAt + 5_000 });
    expect(planDelivery(state, reacted, typedAt + 5_000)).toMatchObject({ do: 'accept', message: { id: 'm-echoed' } });
  });

  it('gives one that hangs a minute, in which it types nothing more into it, and no longer', () => {
    const state = agent({ state: 'idle', since: 0 }, [message('echoed'), message('queued')]);
    expect(planDelivery(state, telling, typedAt + 59_999)).toEqual({ do: 'wait', until: typedAt + 64_999 });
    expect(planDelivery(state, telling, typedAt + 60_000)).toMatchObject({ do: 'type', message: { id: 'm-queued' } });
  });

  it('says that a dialog holds a message which a person held before', () => {
    const state = agent({ state: 'waiting' }, [message('held', { heldBy: 'person' })]);
    expect(planDelivery(state, telling, typedAt)).toMatchObject({ do: 'hold' });
  });

  it('counts from Enter, which follows the echo', () => {
    const state = agent({ state: 'unknown', since: 0 }, [message('echoed')]);
    const entered = { ...silent, enteredAt: typedAt + 700, hasReacted: true };
    expect(planDelivery(state, entered, typedAt + 2_199)).toEqual({ do: 'wait', until: typedAt + 2_200 });
    expect(planDelivery(state, entered, typedAt + 2_200)).toMatchObject({ do: 'accept' });
  });

  it('takes a message that was not seen on the screen for what comes of it', () => {
    const state = agent({ state: 'unknown', since: 0 }, [message('typing'), message('queued')]);
    const entered = { ...silent, enteredAt: typedAt };
    expect(planDelivery(state, entered, typedAt)).toEqual({ do: 'wait', until: typedAt + 1_500 });
    expect(planDelivery(state, entered, typedAt + 1_500)).toEqual({ do: 'wait', until: typedAt + 10_000 });
    expect(planDelivery(state, { ...entered, hasReacted: true }, typedAt + 1_500)).toMatchObject({ do: 'accept' });
    expect(planDelivery(state, { ...entered, toldAt: typedAt + 9 }, typedAt + 10)).toMatchObject({ do: 'accept' });
    expect(planDelivery(state, entered, typedAt + 10_000)).toMatchObject({ do: 'doubt', message: { id: 'm-typing' } });
  });

  it.each([
    ['silent', { state: 'unknown', since: 0 }, silent, 1_500],
    ['busy', { state: 'working', since: 0 }, telling, 5_000],
  ] as const)(
    'believes that a %s agent has it only when it wrote something after Enter',
    (_, activity, word, bound) => {
      const state = agent(activity, [message('echoed'), message('queued')]);
      const reacted = { ...word, hasReacted: true };
      expect(planDelivery(state, reacted, typedAt + bound - 1)).toEqual({ do: 'wait', until: typedAt + bound });
      expect(planDelivery(state, reacted, typedAt + bound)).toMatchObject({
        do: 'accept',
        message: { id: 'm-echoed' },
      });
      expect(planDelivery(state, word, typedAt + bound)).toMatchObject({ do: 'type', message: { id: 'm-queued' } });
    },
  );

  it('looks for a late answer less and less often, and gives up after a minute', () => {
    const state = agent({ state: 'unknown', since: 0 }, [message('echoed')]);
    expect(planDelivery(state, silent, typedAt + 1_500)).toEqual({ do: 'wait', until: typedAt + 3_000 });
    expect(planDelivery(state, silent, typedAt + 20_000)).toEqual({ do: 'wait', until: typedAt + 40_000 });
    expect(planDelivery(state, silent, typedAt + 60_000)).toEqual({ do: 'nothing' });
  });

  it('takes an answer for that of the message typed last', () => {
    const first = message('echoed', { id: 'first', changedAt: typedAt - 9_000 });
    const state = agent({ state: 'unknown', since: 0 }, [first, message('echoed', { id: 'last' })]);
    expect(planDelivery(state, { ...silent, hasReacted: true }, typedAt + 1_500)).toMatchObject({
      do: 'accept',
      message: { id: 'last' },
    });
  });

  it('has nothing to wait for when nothing was submitted', () => {
    expect(
      planDelivery(agent({ state: 'idle', since: 0 }, [message('echoed', { submit: false })]), telling, typedAt),
    ).toMatchObject({ do: 'accept' });
  });
});
