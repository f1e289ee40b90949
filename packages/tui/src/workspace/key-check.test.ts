import { describe, expect, it } from 'vitest';
import { chooseKeys, type KeyFacts } from './key-check.ts';

const plain: KeyFacts = {
  prefix: 'C-b',
  prefix2: 'None',
  rootKeys: [],
  hasFlowControl: false,
};

describe('chooseKeys', () => {
  it('takes Ctrl+] and Ctrl+Q where nothing else has them', () => {
    expect(chooseKeys(plain)).toEqual({ leader: 'C-]', back: 'C-q', notes: [] });
  });

  it('goes on to the next key when the prefix or a binding has the first', () => {
    const choice = chooseKeys({ ...plain, prefix: 'C-]', rootKeys: ['C-^'] });
    expect(choice.leader).toBe('C-\\');
    expect(choice.notes).toEqual(['^] is your tmux prefix, so the leader is ^\\.']);
  });

  it('has no leader rather than one that takes a key away', () => {
    const choice = chooseKeys({ ...plain, rootKeys: ['C-]', 'C-^', 'C-\\', 'C-_', 'C-g', 'C-o', 'M-`'] });
    expect(choice.leader).toBeNull();
  });

  it('takes the leader that was configured', () => {
    expect(chooseKeys(plain, 'C-g').leader).toBe('C-g');
    expect(chooseKeys({ ...plain, prefix2: 'C-g' }, 'C-g').leader).toBe('C-]');
  });

  it('never takes a prefix for the way back, and says what swallows Ctrl+Q', () => {
    expect(chooseKeys({ ...plain, prefix2: 'C-q' }).back).toBeNull();
    expect(chooseKeys({ ...plain, hasFlowControl: true }).notes.join()).toContain('stty -ixon');
  });
});
