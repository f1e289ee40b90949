import { describe, expect, it } from 'vitest';
import { installTmuxCommand } from './install-tmux.ts';

describe('installTmuxCommand', () => {
  it('knows the package manager of common systems', () => {
    expect(installTmuxCommand({ platform: 'darwin', osRelease: '' })).toBe('brew install tmux');
    expect(installTmuxCommand({ platform: 'linux', osRelease: 'NAME="Ubuntu"\nID=ubuntu\n' })).toBe(
      'sudo apt install tmux',
    );
    expect(installTmuxCommand({ platform: 'linux', osRelease: 'ID="opensuse-leap"\n' })).toBe(
      'sudo zypper install tmux',
    );
  });

  it('falls back to what a system says it is like', () => {
    expect(installTmuxCommand({ platform: 'linux', osRelease: 'ID=nobara\nID_LIKE="rhel centos fedora"\n' })).toBe(
      'sudo dnf install tmux',
    );
  });

  it('says null rather than guess', () => {
    expect(installTmuxCommand({ platform: 'linux', osRelease: 'ID=plan9\n' })).toBeNull();
    expect(installTmuxCommand({ platform: 'linux', osRelease: '' })).toBeNull();
  });
});
