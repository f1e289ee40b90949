import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { makeDirectory } from '@swarm-tui/core';
import { agentMarks } from './agent-marks.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { HubPaths } from './hub-paths.ts';

/** A process that was started and may become the hub. */
export interface SpawnedHub {
  /** Undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Settles with the exit code, or what ended it or kept it from starting. */
  readonly exited: Promise<number | string>;
}

/**
 * Starts a hub process that outlives this one: a session of its own, cwd `/`, output to the hub log. Does not wait for its
 * answer. Throws `state-unwritable`. Loads nothing for it but Node's own modules.
 */
export function spawnHub([program = '', ...args]: readonly string[], paths: HubPaths): SpawnedHub {
  const log = openLog(paths);
  try {
    const env = hubEnvironment(process.env);
    const child = spawn(program, args, { detached: true, cwd: '/', stdio: ['ignore', log, log], env });
    child.unref();
    const exited = once(child, 'exit').then(
      ([code, killedBy]) => (typeof code === 'number' ? code : String(killedBy)),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return { pid: child.pid, exited };
  } finally {
    closeSync(log);
  }
}

/** The environment of a hub that is started here: where its first client happens to run is of no meaning to it. */
function hubEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !agentMarks.includes(name)));
}

function openLog({ stateDirectory, logPath }: HubPaths): number {
  try {
    makeDirectory(stateDirectory);
    return openSync(logPath, 'a', 0o600);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('state-unwritable', `The state directory ${stateDirectory} cannot be written (${detail}).`, {
      hint: 'Make it writable for you, or choose another one with SWARM_TUI_STATE_DIR.',
      cause,
    });
  }
}
