import { describe, expect, it } from 'vitest';
import { pickQuestion, pickText } from './pick-text.ts';

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

describe('pickQuestion', () => {
  it('takes what is asked, not the last choice', () => {
    const dialog = ['    Go on with this plan?', '', '    › 1  Yes, go on', '      2  No, keep planning'];
    expect(pickQuestion(dialog)).toBe('Go on with this plan?');
    const framed = [
      '│ Would you like to proceed?   │',
      '│ ❯ 1. Yes                     │',
      '│   2. No, and why?            │',
    ];
    expect(pickQuestion(framed)).toBe('Would you like to proceed?');
    expect(pickQuestion([...framed, ' Esc to cancel'])).toBe('Would you like to proceed?');
  });

  it('takes the last line that is no choice where nothing ends as a question', () => {
    expect(pickQuestion(['old words', 'Select a model', ' (a) small', ' [ ] large', ' [x] huge'])).toBe(
      'Select a model',
    );
    expect(pickQuestion([' 1. one', ' 2. two'])).toBe('2. two');
    expect(pickQuestion([])).toBe('');
  });

  it('does not look further up than a dialog is tall', () => {
    expect(pickQuestion(['Old question?', ...Array.from({ length: 30 }, () => 'prose')])).toBe('prose');
  });
});
