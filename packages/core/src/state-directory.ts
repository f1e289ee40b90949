import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where swarm-tui keeps what must outlive it: `SWARM_TUI_STATE_DIR`, else by the XDG rules. */
export function resolveStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  home: string = env['HOME'] || homedir(),
): string {
  const { SWARM_TUI_STATE_DIR: own, XDG_STATE_HOME: xdg } = env;
  if (own) return resolve(own);
  // the XDG rules say that a relative path is to be ignored
  return resolve(xdg?.startsWith('/') ? xdg : join(home, '.local', 'state'), 'swarm-tui');
}
