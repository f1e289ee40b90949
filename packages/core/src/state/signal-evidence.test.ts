import { describe, expect, it } from 'vitest';
import { exitEvidence, processEvidence } from './process-evidence.ts';
import { signalEvidence } from './signal-evidence.ts';
import type { StateSignal } from './signal.ts';

function state(word: string, more: Partial<StateSignal> = {}): StateSignal {
  return { type: 'state', state: word, app: 'demo', kind: null, detail: null, until: null, ...more };
}

describe('signalEvidence', () => {
  it.each([
    ['working', 'working'],
    ['idle', 'idle'],
    ['done', 'idle'],
    ['error', 'error'],
    ['blocked', 'waiting'],
  ])('reads OSC 7501 state=%s as %s', (word, expected) => {
    expect(signalEvidence(state(word), 7)).toMatchObject({ source: 'signal', state: expected, at: 7 });
  });

  it('hands on what is asked and when a limit ends', () => {
    expect(signalEvidence(state('blocked', { kind: 'permission', detail: 'rm -rf build', until: 99 }), 7)).toEqual({
      source: 'signal',
      says: 'OSC 7501 state=blocked kind=permission',
      state: 'waiting',
      reason: 'permission',
      detail: 'rm -rf build',
      at: 7,
      resetsAt: 99,
    });
  });

  it.each(['dancing', 'toString', '__proto__'])('says nothing for the state %s', (word) => {
    expect(signalEvidence(state(word), 7)).toBeNull();
  });

  it.each([
    ['A', null, 'idle'],
    ['B', null, 'idle'],
    ['C', null, 'working'],
    ['D', 2, 'idle'],
  ] as const)('reads prompt mark %s', (mark, exitCode, expected) => {
    expect(signalEvidence({ type: 'prompt-mark', mark, exitCode }, 7)?.state).toBe(expected);
  });

  it.each([
    ['normal', 'working'],
    ['busy', 'working'],
    ['error', 'error'],
    ['none', 'idle'],
  ] as const)('reads progress %s as %s', (word, expected) => {
    expect(signalEvidence({ type: 'progress', state: word, percent: null }, 7)?.state).toBe(expected);
  });

  it('says nothing for a bell', () => {
    expect(signalEvidence({ type: 'bell' }, 7)).toBeNull();
  });
});

describe('processEvidence', () => {
  it.each([
    ['bash', 'idle'],
    ['-bash', 'idle'],
    ['make', 'working'],
  ])('with %s in the foreground of a shell it is %s', (foreground, expected) => {
    expect(processEvidence(foreground, ['/bin/bash'], 7)).toMatchObject({ source: 'process', state: expected });
  });

  it('tells nothing without resting programs', () => {
    expect(processEvidence('node', [], 7).state).toBe('unknown');
  });
});

describe('exitEvidence', () => {
  it('takes a status for a crash, and a signal too', () => {
    expect(exitEvidence({ code: 3, signal: null, at: 7 })).toMatchObject({
      state: 'error',
      reason: 'crash',
      detail: 'exit 3',
    });
    expect(exitEvidence({ code: null, signal: 'SIGKILL', at: 7 })).toMatchObject({
      reason: 'crash',
      detail: 'ended by SIGKILL',
    });
  });

  it('takes a clean exit for nothing to tell', () => {
    expect(exitEvidence({ code: 0, signal: null, at: 7 })).toMatchObject({ state: 'unknown', reason: null });
  });
});
