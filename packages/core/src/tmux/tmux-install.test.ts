import { describe, expect, it } from 'vitest';
import { tmuxInstallCommand } from './tmux-install.ts';

describe('tmuxInstallCommand', () => {
  it.each([
    ['ID=debian', 'sudo apt install tmux'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"', 'sudo apt install tmux'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo dnf install tmux'],
    ['ID=arch', 'sudo pacman -S tmux'],
    ['ID=alpine', 'sudo apk add tmux'],
    ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'sudo zypper install tmux'],
    ['ID=nixos', 'nix-env -iA nixos.tmux'],
    ['ID="void"', 'sudo xbps-install tmux'],
    ['ID=gentoo', 'sudo emerge app-misc/tmux'],
    ['', 'install tmux 3.2 or newer with your package manager'],
  ])('knows the system of %j', (osRelease, command) => {
    expect(tmuxInstallCommand('linux', osRelease)).toBe(command);
  });

  it('knows macOS and FreeBSD', () => {
    expect(tmuxInstallCommand('darwin', '')).toBe('brew install tmux');
    expect(tmuxInstallCommand('freebsd', 'ID=freebsd')).toBe('sudo pkg install tmux');
  });
});
