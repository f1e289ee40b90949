import { fileURLToPath } from 'node:url';
import type { HubPaths } from '../src/client/hub-paths.ts';

/** Runs a TypeScript file of this folder; the tests' Node strips types. */
export function program(name: string, ...args: readonly string[]): readonly string[] {
  return [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL(name, import.meta.url)),
    ...args,
  ];
}

/** The command line of `hub-program.ts`. */
export function hubCommand(paths: HubPaths, version: string): readonly string[] {
  return program('./hub-program.ts', JSON.stringify(paths), version);
}
