import { describe, expect, it } from 'vitest';
import { parseKey } from './key.ts';

describe('keys as people write them', () => {
  it.each([
    ['j', 'j'],
    ['K', 'K'],
    ['-', '-'],
    ['+', '+'],
    ['|', '|'],
    [' ', 'Space'],
    ['space', 'Space'],
    ['ENTER', 'Enter'],
    ['PageUp', 'PgUp'],
    ['ctrl+l', 'Ctrl+L'],
    ['C-p', 'Ctrl+P'],
    ['alt+enter', 'Alt+Enter'],
    ['shift+alt+ctrl+up', 'Ctrl+Alt+Shift+Up'],
    ['ctrl+-', 'Ctrl+-'],
    ['f5', 'F5'],
  ])('%s is %s', (written, key) => {
    expect(parseKey(written)).toBe(key);
  });

  it.each(['', 'hyper+x', 'ctrl+', 'nokey', 'f13', 'ctrl+nokey'])('%j is none', (written) => {
    expect(parseKey(written)).toBeNull();
  });
});
