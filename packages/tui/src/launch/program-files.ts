import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Set by the bundler; in the sources and in plain `tsc` output there is no such name. */
declare const SWARM_BUNDLED: boolean | undefined;

const isBundled = typeof SWARM_BUNDLED !== 'undefined' && SWARM_BUNDLED;

/** Files of the program, wherever it was installed. Sources, `dist` and bundle lie equally deep in the package. */
export const programFiles = {
  /** What a person calls; starts every other process of the program too. */
  launcher: fileURLToPath(new URL('../../bin/swarm-tui.cjs', import.meta.url)),
  /** The bundle's own copies; undefined where the packages find their files themselves. */
  logWorker: isBundled ? new URL('./log-worker.mjs', import.meta.url) : undefined,
  demo: isBundled ? fileURLToPath(new URL('./swarm-demo.mjs', import.meta.url)) : undefined,
} as const;

/** The version in package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}

/**
 * Flags for the processes of this program. Warnings of experimental parts of Node would land on the screen. With V8's own
 * nursery of 1 MB, a tenth of the way to the first frame is spent collecting garbage.
 */
const nodeFlags: readonly string[] = ['--disable-warning=ExperimentalWarning', '--min-semi-space-size=16'];

/**
 * Starts the background hub. It lives for days with a thousand agents: a nursery of 4 MB takes 40 MB less of memory than
 * V8's own choice, at the same speed (`benches/hub-load.ts`).
 */
export function hubCommand(): readonly string[] {
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];
  return [process.execPath, ...flags, programFiles.launcher, 'hub', 'run'];
}

/** Starts this program again with other arguments. */
export function programCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, ...nodeFlags, programFiles.launcher, ...args];
}
