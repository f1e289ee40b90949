import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { callUi } from './called-as.ts';
import { LaunchError } from './launch-error.ts';
import type { Environment } from './ui-environment.ts';

const places = [
  '/etc/terminfo',
  '/lib/terminfo',
  '/usr/share/terminfo',
  '/usr/lib/terminfo',
  '/usr/local/share/terminfo',
];

/**
 * Throws `terminal-unknown` when TERM names no terminal that is described on this machine: tmux would say `missing or
 * unsuitable terminal` and nothing of what to do. Looks at files; only where it finds none, it asks `infocmp`.
 */
export function requireTerminalType(env: Environment, infocmp = 'infocmp'): void {
  const term = env['TERM'] ?? '';
  if (term !== '' && (hasEntry(term, env) || isKnown(term, env, infocmp))) return;
  const what = term === '' ? 'TERM is not set.' : `TERM=${term} is not described on this machine.`;
  throw new LaunchError('terminal-unknown', `${what} Try: TERM=xterm-256color ${callUi(env)}`);
}

function hasEntry(term: string, env: Environment): boolean {
  if (term.includes('/')) return false;
  const own = [
    env['TERMINFO'] ?? '',
    ...(env['TERMINFO_DIRS'] ?? '').split(':'),
    join(env['HOME'] || homedir(), '.terminfo'),
  ];
  // macOS names the folders by the code of the letter
  const folders = [term.slice(0, 1), term.charCodeAt(0).toString(16)];
  return [...own.filter((place) => place !== ''), ...places].some((place) =>
    folders.some((folder) => existsSync(join(place, folder, term))),
  );
}

/** Systems without such files have other ways; where nothing can be asked, tmux shall judge. */
function isKnown(term: string, env: Environment, infocmp: string): boolean {
  const { error, status } = spawnSync(infocmp, ['--', term], { stdio: 'ignore', env, timeout: 3000 });
  return error !== undefined || status === 0;
}
