import { describe, expect, it } from 'vitest';
import type { StoredMessage } from '../fleet/agent-state.ts';
import { startingActivity } from '../fleet/fold.ts';
import { findProof, findUnproven, stateAfter } from './typed-before.ts';

const message = (state: StoredMessage['state'], more: Partial<StoredMessage> = {}): StoredMessage => ({
  id: state,
  text: 'fix it',
  state,
  at: 50,
  changedAt: 100,
  submit: true,
  ...more,
});
const activity = (state: 'idle' | 'working' | 'waiting', since: number) => ({ ...startingActivity(since), state });
const screen = (line: string) => ({ lines: [line], cursor: { x: line.length, y: 0, isVisible: true } });

describe('what became of a message that an earlier hub typed', () => {
  it('is looked for where one was being typed, else where Enter may be missing', () => {
    const [typing, echoed] = [message('typing'), message('echoed')];
    expect(findUnproven({ messages: [echoed, typing] })).toBe(typing);
    expect(findUnproven({ messages: [message('echoed', { id: 'older' }), echoed, message('queued')] })).toBe(echoed);
    expect(findUnproven({ messages: [message('accepted'), message('echoed', { submit: false })] })).toBeUndefined();
  });

  it.each([
    ['a turn that began after it', activity('working', 100), null, 'turn'],
    ['a question that came after it', activity('waiting', 101), null, 'turn'],
    ['a turn that was under way before', activity('working', 99), screen('> '), 'none'],
    ['an idle state that was only found out anew', activity('idle', 200), screen('> '), 'none'],
    ['the whole text before the cursor', activity('idle', 0), screen('> fix it'), 'input'],
    ['a part of the text', activity('idle', 0), screen('> fix'), 'none'],
    ['a screen that cannot be read', activity('idle', 0), null, 'none'],
  ] as const)('is shown by %s', (_, told, shown, proof) => {
    expect(findProof(message('typing'), told, shown)).toBe(proof);
  });

  it('is asked about when nothing proves it, unless it was seen before', () => {
    expect(stateAfter(message('typing'), 'none')).toBe('uncertain');
    expect(stateAfter(message('typing'), 'input')).toBe('echoed');
    expect(stateAfter(message('typing'), 'turn')).toBe('accepted');
    expect(stateAfter(message('echoed'), 'turn')).toBe('accepted');
    expect(stateAfter(message('echoed'), 'none')).toBeNull();
  });
});
