import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it, for this person alone; one that is there stays as it is. Throws what the system
 * says: Node's own `recursive` never ends where the system denies that a parent exists, as below `/proc`.
 */
export function makeDirectory(path: string): void {
  if (tryMake(path)) return;
  makeDirectory(dirname(path));
  mkdirOnce(path);
}

/** False when a directory above it is missing. */
function tryMake(path: string): boolean {
  try {
    mkdirOnce(path);
    return true;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && dirname(path) !== path) return false;
    throw error;
  }
}

function mkdirOnce(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
