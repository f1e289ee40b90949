import { describe, expect, it } from 'vitest';
import { toReadableKey, toTmuxKey } from './key-names.ts';

describe('toTmuxKey', () => {
  it('leaves plain keys and names that tmux shares alone', () => {
    expect(['w', '|', ';', '?', 'Space', 'Left', 'Enter', 'Tab'].map(toTmuxKey)).toEqual([
      'w',
      '|',
      ';',
      '?',
      'Space',
      'Left',
      'Enter',
      'Tab',
    ]);
  });

  it('translates modifiers and other names', () => {
    expect(['Ctrl+q', 'Ctrl+Q', 'Ctrl+]', 'Alt+h', 'Ctrl+PgUp', 'Esc', 'Shift+Tab'].map(toTmuxKey)).toEqual([
      'C-q',
      'C-q',
      'C-]',
      'M-h',
      'C-PPage',
      'Escape',
      'BTab',
    ]);
  });
});

describe('toReadableKey', () => {
  it('writes control keys with a caret', () => {
    expect(['C-]', 'C-q', 'M-n', 'w'].map(toReadableKey)).toEqual(['^]', '^Q', 'Alt+n', 'w']);
  });
});
