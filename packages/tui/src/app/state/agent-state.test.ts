import type { AgentRecord } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it } from 'vitest';
import { shownState, shownText, stateText } from './agent-state.ts';

type Activity = AgentRecord['activity'];

function running(
  state: Activity['state'],
  activity: Partial<Activity> = {},
  fields: Partial<AgentRecord> = {},
): AgentRecord {
  const whole = {
    state,
    reason: null,
    detail: null,
    since: 0,
    certainty: 'high' as const,
    conflict: false,
    resetsAt: null,
    ...activity,
  };
  return createAgentRecord({ id: 'a', activity: whole, text: 'last line', ...fields });
}

describe('the word of a state', () => {
  it.each([
    ['waiting', 'permission', 'approve', 'needs-you'],
    ['waiting', 'question', 'answer', 'needs-you'],
    ['waiting', 'plan', 'plan', 'needs-you'],
    ['waiting', 'something-new', 'answer', 'needs-you'],
    ['error', 'auth', 'login', 'needs-you'],
    ['error', 'crash', 'crashed', 'needs-you'],
    ['error', 'api', 'error', 'needs-you'],
    ['error', 'usage-limit', 'limit', 'needs-you'],
    ['working', null, 'working', 'working'],
    ['starting', null, 'starting', 'working'],
    ['idle', null, 'idle', 'quiet'],
    ['unknown', null, 'unknown', 'quiet'],
  ] as const)('%s, %s is %s in %s', (state, reason, word, section) => {
    expect(shownState(running(state, { reason }))).toMatchObject({ word, section });
  });

  it('of a limit that heals by itself is quiet', () => {
    const agent = running('error', { reason: 'rate-limit', resetsAt: new Date(2026, 0, 1, 15, 30).getTime() });
    expect(shownState(agent)).toMatchObject({ word: 'limit', glyph: 'held', section: 'quiet' });
    expect(shownText(agent)).toBe('usage limit; goes on by itself at 15:30');
  });

  it.each([
    ['queued', 'queued', 'working'],
    ['provisioning', 'creating', 'working'],
    ['paused', 'paused', 'quiet'],
    ['stopped', 'stopped', 'quiet'],
    ['lost', 'lost', 'quiet'],
    ['unreachable', 'offline', 'quiet'],
  ] as const)('of lifecycle %s is %s, whatever it did before', (lifecycle, word, section) => {
    expect(shownState(running('waiting', {}, { lifecycle }))).toMatchObject({ word, section });
  });

  it('of a turn that ended unseen is done', () => {
    expect(shownState(running('idle', {}, { unread: true }))).toMatchObject({ word: 'done', section: 'done' });
    expect(shownState(running('idle', {}, { unread: true, lifecycle: 'stopped' }))).toMatchObject({ word: 'done' });
  });

  it('of a crash is with those that need the person', () => {
    const crashed = running('error', { reason: 'crash', detail: 'exit 137' }, { lifecycle: 'stopped', unread: true });
    expect(shownState(crashed)).toMatchObject({ word: 'crashed', glyph: 'error', section: 'needs-you' });
    expect(shownText(crashed)).toBe('exit 137, last line; R restarts it');
    expect(shownText({ ...crashed, text: '' })).toBe('exit 137; R restarts it');
  });

  it('of a crash that somebody has looked at is still a crash, among the quiet', () => {
    const seen = running('error', { reason: 'crash' }, { lifecycle: 'stopped' });
    expect(shownState(seen)).toMatchObject({ word: 'crashed', section: 'quiet' });
  });

  it('of one that could not be started is an error, with the sentence in the text', () => {
    const why = { lifecycle: 'stopped', lifecycleReason: 'no program "speaking"', unread: true } as const;
    const failed = running('error', { reason: 'start' }, why);
    expect(shownState(failed)).toMatchObject({ word: 'error', glyph: 'error', section: 'needs-you' });
    expect(shownText(failed)).toBe('did not start: no program "speaking"');
    expect(stateText(failed)).toBe('error, start');
    expect(shownState({ ...failed, unread: false })).toMatchObject({ word: 'error', section: 'quiet' });
  });

  it('of one that the person stopped is stopped, as everywhere', () => {
    const stopped = running('idle', {}, { lifecycle: 'stopped', lifecycleReason: 'stopped by you' });
    expect(shownState(stopped)).toMatchObject({ word: 'stopped', section: 'quiet' });
    expect(stateText(stopped)).toBe('stopped');
    expect(stateText(running('waiting', { reason: 'permission' }))).toBe('waiting, permission');
  });

  it('is doubted when sources contradict each other, and fits its eight cells', () => {
    expect(shownState(running('waiting', { reason: 'permission', conflict: true })).word).toBe('approve?');
    expect(shownState(running('starting', { conflict: true })).word).toBe('startin?');
  });
});

describe('the text of a row', () => {
  it('is the question itself where one is asked', () => {
    expect(shownText(running('waiting', { detail: 'rm -rf build' }))).toBe('rm -rf build');
    expect(shownText(running('waiting'))).toBe('last line');
    expect(shownText(running('working', { detail: 'x' }))).toBe('last line');
  });

  it('says how an agent ended', () => {
    const ended = (exit: AgentRecord['exit'], lifecycleReason: string | null = null): string =>
      shownText(running('idle', {}, { lifecycle: 'stopped', exit, lifecycleReason }));
    expect(ended(null, 'stopped by you')).toBe('stopped by you');
    expect(ended({ code: 137, signal: null, at: 0 })).toBe('exit 137');
    expect(ended({ code: null, signal: 'SIGKILL', at: 0 })).toBe('ended by SIGKILL');
    expect(ended({ code: 0, signal: null, at: 0 })).toBe('ended');
    expect(ended(null)).toBe('stopped');
  });

  it('says what is being made or what is wrong with the engine', () => {
    expect(
      shownText(running('starting', {}, { lifecycle: 'provisioning', lifecycleReason: 'creating worktree' })),
    ).toBe('creating worktree');
  });
});
