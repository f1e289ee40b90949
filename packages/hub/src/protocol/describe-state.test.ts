import { describe, expect, it } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import type { AgentRecord } from './agent-record.ts';
import { describeState } from './describe-state.ts';

function agent(activity: Partial<AgentRecord['activity']>, fields: Partial<AgentRecord> = {}): AgentRecord {
  const { activity: base, ...record } = createAgentRecord({ id: 'a' });
  return { ...record, ...fields, activity: { ...base, ...activity } };
}

describe('describeState', () => {
  it('says what the agent does while it runs, and done for a turn that ended unseen', () => {
    expect(describeState(agent({ state: 'working' }))).toMatchObject({ word: 'working', needsYou: false });
    expect(describeState(agent({ state: 'idle' }))).toMatchObject({ word: 'idle' });
    expect(describeState(agent({ state: 'idle' }, { unread: true }))).toMatchObject({ word: 'done', needsYou: false });
  });

  it('needs the person for a dialog, and for an error that does not heal by itself', () => {
    const waiting = agent({ state: 'waiting', reason: 'permission' });
    expect(describeState(waiting)).toEqual({
      word: 'waiting',
      reason: 'permission',
      section: 'needs-you',
      needsYou: true,
      heals: false,
    });
    expect(describeState(agent({ state: 'error', reason: 'auth' }))).toMatchObject({ word: 'error', needsYou: true });
    const limit = { state: 'error', reason: 'usage-limit' } as const;
    expect(describeState(agent({ ...limit, resetsAt: 5 }))).toMatchObject({ needsYou: false, heals: true });
    expect(describeState(agent({ ...limit, resetsAt: null }))).toMatchObject({ needsYou: true, heals: false });
    expect(describeState(agent({ state: 'error', reason: 'auth', resetsAt: 5 }))).toMatchObject({ needsYou: true });
  });

  it('says how it is with an agent that does not run, whatever it did before', () => {
    const waiting = { state: 'waiting', reason: 'plan' } as const;
    expect(describeState(agent(waiting, { lifecycle: 'stopped', lifecycleReason: 'stopped by you' }))).toEqual({
      word: 'stopped',
      reason: null,
      section: 'quiet',
      needsYou: false,
      heals: false,
    });
    expect(describeState(agent(waiting, { lifecycle: 'unreachable' }))).toMatchObject({ word: 'unreachable' });
  });

  it.each([
    ['queued', 'working'],
    ['provisioning', 'working'],
    ['paused', 'quiet'],
    ['stopped', 'quiet'],
    ['lost', 'quiet'],
    ['unreachable', 'quiet'],
  ] as const)('puts %s among the %s', (lifecycle, section) => {
    expect(describeState(agent({ state: 'waiting' }, { lifecycle })).section).toBe(section);
  });

  it('calls an agent done that ended by itself unseen', () => {
    const ended = agent({ state: 'idle' }, { lifecycle: 'stopped', lifecycleReason: 'ended', unread: true });
    expect(describeState(ended)).toEqual({
      word: 'done',
      reason: null,
      section: 'done',
      needsYou: false,
      heals: false,
    });
    expect(describeState({ ...ended, unread: false })).toMatchObject({ word: 'stopped' });
  });

  it('calls an agent that could not be started an error, with a reason of one word', () => {
    const why = 'There is no program "speaking" on PATH';
    const failed = agent(
      { state: 'error', reason: 'start' },
      { lifecycle: 'stopped', lifecycleReason: why, unread: true },
    );
    expect(describeState(failed)).toEqual({
      word: 'error',
      reason: 'start',
      section: 'needs-you',
      needsYou: true,
      heals: false,
    });
    expect(describeState({ ...failed, unread: false })).toMatchObject({ word: 'error', needsYou: false });
  });

  it('calls a crash an error, which needs the person until somebody has looked', () => {
    const crash = { state: 'error', reason: 'crash' } as const;
    const crashed = agent(crash, { lifecycle: 'stopped', unread: true, lifecycleReason: 'ended with exit code 137' });
    expect(describeState(crashed)).toEqual({
      word: 'error',
      reason: 'crash',
      section: 'needs-you',
      needsYou: true,
      heals: false,
    });
    expect(describeState({ ...crashed, unread: false })).toMatchObject({ word: 'error', needsYou: false });
    expect(describeState({ ...crashed, lifecycle: 'provisioning' })).toMatchObject({ word: 'provisioning' });
  });
});
