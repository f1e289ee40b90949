import { describe, expect, it } from 'vitest';
import { hasDraft, type InputKnowledge, toEmptyInput } from './judge-input.ts';

const screen = (line: string, { x = line.length, isVisible = true } = {}) => ({
  lines: ['above', line],
  cursor: { x, y: 1, isVisible },
});
const seen = (line: string) => toEmptyInput(screen(line));
const known = (changes: Partial<InputKnowledge> = {}): InputKnowledge => ({
  empty: null,
  pattern: undefined,
  hasKeys: false,
  isResting: true,
  ...changes,
});

describe('hasDraft', () => {
  it('finds what was added to an input that was seen empty, keys of ours or not', () => {
    const empty = seen('me@host:~$ ');
    expect(hasDraft(screen('me@host:~$ echo A'), known({ empty }))).toBe(true);
    expect(hasDraft(screen('me@host:~$ '), known({ empty, hasKeys: true }))).toBe(false);
  });

  it('finds a draft whose cursor was moved to its start', () => {
    const empty = seen('$ ');
    expect(hasDraft(screen('$ echo A', { x: 2 }), known({ empty, hasKeys: true }))).toBe(true);
  });

  it('knows an empty input by its pattern where the prompt has changed', () => {
    const shell = { pattern: '[$#]$', empty: seen('me@host:~/a$ ') };
    expect(hasDraft(screen('me@host:~/b$ '), known(shell))).toBe(false);
    expect(hasDraft(screen('me@host:~/b$ echo A'), known(shell))).toBe(true);
  });

  it('takes the output of a working agent for no draft, but what was typed for it through the hub', () => {
    const working = { pattern: '[$#]$', isResting: false };
    expect(hasDraft(screen('Compiling 3 of 5'), known(working))).toBe(false);
    expect(hasDraft(screen('Compiling 3 of 5ls'), known({ ...working, hasKeys: true }))).toBe(true);
  });

  it.each([null, screen('half', { isVisible: false }), screen('half')])(
    'goes by the pressed keys where nothing else tells (%#)',
    (shown) => {
      expect(hasDraft(shown, known({ hasKeys: true }))).toBe(true);
      expect(hasDraft(shown, known())).toBe(false);
    },
  );
});
