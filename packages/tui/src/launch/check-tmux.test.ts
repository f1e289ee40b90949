import { describe, expect, it } from 'vitest';
import { diagnoseTmux, isTmuxNewEnough } from './check-tmux.ts';

describe('isTmuxNewEnough', () => {
  it('begins with 3.2', () => {
    expect(['tmux 3.2', 'tmux 3.2a', 'tmux 3.10', 'tmux 4.0', 'tmux next-3.6'].map(isTmuxNewEnough)).not.toContain(
      false,
    );
    expect(['tmux 3.1c', 'tmux 2.9', 'tmux 1.8'].map(isTmuxNewEnough)).not.toContain(true);
  });

  it('trusts a version without a number', () => {
    expect(isTmuxNewEnough('tmux master')).toBe(true);
  });
});

describe('diagnoseTmux', () => {
  it('names the install command when there is no tmux', () => {
    const error = diagnoseTmux('', '/nowhere/tmux');
    expect(error.code).toBe('tmux-missing');
    expect(error.message).toMatch(/^No tmux found\. Install it: \S.+tmux/);
  });

  it('repeats what a good tmux said', () => {
    expect(diagnoseTmux('duplicate session: swarm\n').message).toBe(
      'tmux did not open the UI: duplicate session: swarm',
    );
  });
});
