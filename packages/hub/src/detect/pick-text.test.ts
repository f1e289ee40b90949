import { describe, expect, it } from 'vitest';
import { pickText } from './pick-text.ts';

describe('pickText', () => {
  it('takes the last line that says something, without what is drawn around it', () => {
    const lines = ['● Editing src/a.ts', '│ All 214 tests pass.  │', '╰──────────────╯', ' ❯ ', '', ''];
    expect(pickText(lines)).toBe('All 214 tests pass.');
  });

  it('does not take what tmux says of an ended program', () => {
    expect(pickText(['last words', 'Pane is dead (status 1, Sat Nov 21)'])).toBe('last words');
  });

  it('is empty for an empty screen, and safe to show', () => {
    expect(pickText(['', '─────', '> '])).toBe('');
    expect(pickText(['so\u202Efar'])).toBe('so\uFFFDfar');
    expect(pickText(['x'.repeat(900)])).toHaveLength(400);
  });
});
