import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveStateDirectory } from '@swarm-tui/core';

/** Where a hub keeps its things and where it answers. */
export interface HubPaths {
  /** Event log, lock and hub log. One hub per state directory. */
  readonly stateDirectory: string;
  readonly socketPath: string;
  /** Where the hub answers when it cannot have `socketPath`, because the runtime directory was swept away. */
  readonly fallbackSocketPath: string;
  /** What the hub says about itself, as JSON lines. */
  readonly logPath: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Longer socket paths are refused by some kernels (104 bytes on macOS, 108 on Linux), with room for a temporary name. */
const maxSocketBytes = 100;

/**
 * Paths by the XDG rules; `SWARM_TUI_STATE_DIR` and `SWARM_TUI_SOCKET` override them. A socket path that would be too
 * long becomes a short one in the temporary directory, derived from the long one.
 */
export function resolveHubPaths(env: Environment, home: string = env['HOME'] ?? homedir()): HubPaths {
  const stateDirectory = resolveStateDirectory(env, home);
  const fallbackSocketPath = shorten(join(stateDirectory, 'hub.sock'));
  return {
    stateDirectory,
    socketPath: findSocketPath(env, stateDirectory),
    fallbackSocketPath,
    logPath: join(stateDirectory, 'hub.log'),
  };
}

function findSocketPath(env: Environment, stateDirectory: string): string {
  const own = given(env['SWARM_TUI_SOCKET']);
  if (own !== undefined) return shorten(resolve(own));
  const runtime = absolute(env['XDG_RUNTIME_DIR']);
  // A state directory of its own is a fleet of its own: the common socket belongs to the common one.
  const isCommon = given(env['SWARM_TUI_STATE_DIR']) === undefined;
  if (isCommon && runtime !== undefined && existsSync(runtime)) return shorten(join(runtime, 'swarm-tui', 'hub.sock'));
  return shorten(join(stateDirectory, 'hub.sock'));
}

function shorten(path: string): string {
  if (Buffer.byteLength(path) <= maxSocketBytes) return path;
  // loading it costs 2 ms, and few paths are so long
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir().length > 40 ? '/tmp' : tmpdir(), `swarm-tui-${process.getuid?.() ?? 0}`, `${hash}.sock`);
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** The XDG rules say that a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
