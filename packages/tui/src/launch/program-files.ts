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
  storeWorker: isBundled ? new URL('./store-worker.mjs', import.meta.url) : undefined,
  demo: isBundled ? fileURLToPath(new URL('./swarm-demo.mjs', import.meta.url)) : undefined,
} as const;

/** The version in package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}

/**
 * Flags for the processes of this program. Warnings of experimental parts of Node would land on the screen. V8 takes what
 * memory it finds: with a nursery of 4 MB from the start, and a heap that grows slowly, the list of a thousand agents
 * takes a third of what it took, and draws its first frame as soon (`benches/hub-load.ts`, `benches/first-frame.ts`).
 */
const nodeFlags: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--optimize-for-size',
];

/** Starts the background hub. It lives for days with a thousand agents: memory counts more than the last bit of speed. */
export function hubCommand(): readonly string[] {
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2', '--optimize-for-size'];
  return [process.execPath, ...flags, programFiles.launcher, 'hub', 'run'];
}

/** Starts this program again with other arguments. */
export function programCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, ...nodeFlags, programFiles.launcher, ...args];
}
