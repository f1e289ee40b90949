import { readFileSync } from 'node:fs';

const commands: readonly (readonly [RegExp, string])[] = [
  [/^(?:debian|ubuntu|linuxmint|raspbian|pop|elementary|kali)$/, 'sudo apt install tmux'],
  [/^(?:fedora|rhel|centos|rocky|almalinux|ol|amzn)$/, 'sudo dnf install tmux'],
  [/^(?:arch|manjaro|endeavouros)$/, 'sudo pacman -S tmux'],
  [/^(?:alpine|postmarketos)$/, 'apk add tmux'],
  [/^(?:suse|sles|opensuse.*)$/, 'sudo zypper install tmux'],
  [/^nixos$/, 'nix-env -iA nixos.tmux'],
  [/^void$/, 'sudo xbps-install tmux'],
  [/^gentoo$/, 'sudo emerge app-misc/tmux'],
];

export interface SystemFacts {
  /** @default this process's */
  readonly platform?: NodeJS.Platform | undefined;
  /** Text of `/etc/os-release`. @default that of this machine, empty where there is none */
  readonly osRelease?: string | undefined;
}

/** The command that installs tmux on this system; null when the system is not known. */
export function installTmuxCommand({
  platform = process.platform,
  osRelease = readOsRelease(),
}: SystemFacts = {}): string | null {
  if (platform === 'darwin') return 'brew install tmux';
  if (platform === 'freebsd') return 'sudo pkg install tmux';
  const ids = ['ID', 'ID_LIKE'].flatMap((key) => readField(osRelease, key).split(/\s+/));
  for (const id of ids) {
    const command = commands.find(([pattern]) => pattern.test(id))?.[1];
    if (command !== undefined) return command;
  }
  return null;
}

function readField(text: string, key: string): string {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key}=`)) ?? '';
  return line
    .slice(key.length + 1)
    .replace(/^["']|["']$/g, '')
    .toLowerCase();
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
