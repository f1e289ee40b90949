import { describe, expect, it } from 'vitest';
import { checkKeys } from './tmux-keys.ts';

describe('checkKeys', () => {
  it.each([
    'Enter',
    'enter',
    'C-c',
    'M-x',
    'C-M-Left',
    '^C',
    'S-F12',
    'a',
    '1',
    '^',
    '-',
    'é',
    '日',
    'KP/',
    'PgDn',
    'C-]',
  ])('lets %s through', (key) => {
    expect(() => checkKeys(['Up', key])).not.toThrow();
  });

  it.each(['Bogus', 'hello', '', 'C-', 'C-Bogus', 'F13', '^Up2', 'Ctrl+C', 'ab'])('refuses "%s"', (key) => {
    expect(() => checkKeys(['Up', key])).toThrow(`"${key}" is no key of tmux.`);
  });

  it('says what may have been meant, and where text goes', () => {
    const hint = (key: string) => {
      try {
        checkKeys([key]);
      } catch (error) {
        return error instanceof Error && 'hint' in error ? error.hint : null;
      }
      return null;
    };
    expect(hint('C-Entr')).toBe('Did you mean Enter? Text goes with: swarm-tui send NAME TEXT');
    expect(hint('hello')).toMatch(/^Keys are Enter.*swarm-tui send NAME TEXT$/);
  });
});
