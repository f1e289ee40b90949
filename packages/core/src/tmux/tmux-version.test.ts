import { describe, expect, it } from 'vitest';
import { parseTmuxVersion, requireTmuxVersion, tmuxMissing } from './tmux-version.ts';

describe('parseTmuxVersion', () => {
  it.each([
    ['tmux 3.3a\n', { major: 3, minor: 3, text: '3.3a' }],
    ['tmux next-3.6', { major: 3, minor: 6, text: 'next-3.6' }],
    ['tmux 3.2-rc2', { major: 3, minor: 2, text: '3.2-rc2' }],
    ['tmux 2.9', { major: 2, minor: 9, text: '2.9' }],
    ['tmux openbsd-7.4', { major: 7, minor: 4, text: 'openbsd-7.4' }],
    ['tmux master', undefined],
    ['screen 4', undefined],
  ])('reads %j', (output, version) => {
    expect(parseTmuxVersion(output)).toEqual(version);
  });
});

describe('requireTmuxVersion', () => {
  it.each(['tmux 3.2', 'tmux 3.3a', 'tmux next-3.6', 'tmux 4.0', 'tmux master'])('takes %s', (output) => {
    expect(() => requireTmuxVersion(output)).not.toThrow();
  });

  it.each(['tmux 3.1c', 'tmux 2.9', 'tmux 1.8'])('refuses %s with the command that helps', (output) => {
    expect(() => requireTmuxVersion(output, 'sudo apt install tmux')).toThrow(
      expect.objectContaining({ code: 'tmux-too-old', hint: 'Install a newer one: sudo apt install tmux' }),
    );
  });
});

describe('tmuxMissing', () => {
  it('tells a missing tmux from a missing prefix', () => {
    expect(tmuxMissing('/usr/bin/tmux', new Error('ENOENT'))).toMatchObject({ code: 'tmux-missing' });
    expect(tmuxMissing('docker', new Error('ENOENT'))).toMatchObject({ code: 'engine-unavailable' });
  });
});
