import { readFileSync } from 'node:fs';

const installers: readonly (readonly [RegExp, string])[] = [
  [/debian|ubuntu|mint|raspbian/, 'sudo apt install tmux'],
  [/fedora|rhel|centos|amzn|rocky|alma/, 'sudo dnf install tmux'],
  [/arch|manjaro/, 'sudo pacman -S tmux'],
  [/alpine/, 'sudo apk add tmux'],
  [/suse|sles/, 'sudo zypper install tmux'],
  [/nixos/, 'nix-env -iA nixos.tmux'],
  [/void/, 'sudo xbps-install tmux'],
  [/gentoo/, 'sudo emerge app-misc/tmux'],
];

const installersOfPlatform: Readonly<Record<string, string>> = {
  darwin: 'brew install tmux',
  freebsd: 'sudo pkg install tmux',
};

/** The command that installs tmux here, from the platform and the text of /etc/os-release. */
export function tmuxInstallCommand(platform: string = process.platform, osRelease: string = readOsRelease()): string {
  const ids = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].map(([, id]) => id).join(' ');
  const command = installersOfPlatform[platform] ?? installers.find(([pattern]) => pattern.test(ids))?.[1];
  return command ?? 'install tmux 3.2 or newer with your package manager';
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
