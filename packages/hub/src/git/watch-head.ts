import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const watchedFiles = new Set(['HEAD', 'index']);

/** A working tree, and where git keeps its HEAD and index. */
export interface TreePlace {
  readonly top: string;
  readonly gitDirectory: string;
}

/** The tree that holds the directory, found without starting git; null outside of any. */
export async function findTree(directory: string): Promise<TreePlace | null> {
  for (let top = resolve(directory); ; top = dirname(top)) {
    const gitDirectory = await gitDirectoryOf(top);
    if (gitDirectory !== null) return { top, gitDirectory };
    if (dirname(top) === top) return null;
  }
}

/** Calls the listener when HEAD or the index changed: a commit, a checkout, a `git add`. Null when it cannot be watched. */
export function watchHead(gitDirectory: string, listener: () => void): Disposable | null {
  try {
    const watcher: FSWatcher = watch(gitDirectory, { persistent: false }, (_event, name) => {
      if (name === null || watchedFiles.has(name)) listener();
    });
    // The tree was removed: there is nothing to be told of any more.
    watcher.on('error', () => watcher.close());
    return { [Symbol.dispose]: () => watcher.close() };
  } catch {
    return null;
  }
}

async function gitDirectoryOf(place: string): Promise<string | null> {
  const path = join(place, '.git');
  const info = await stat(path).catch(() => null);
  if (info === null) return null;
  if (info.isDirectory()) return path;
  // A worktree has a file that names the real place.
  const [, target] = /^gitdir: (.+)$/m.exec(await readFile(path, 'utf8').catch(() => '')) ?? [];
  return target === undefined ? null : resolve(place, target);
}
