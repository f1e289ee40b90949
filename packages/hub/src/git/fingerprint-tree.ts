import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeStatus } from './parse-git.ts';

/** So many files are looked at together: a tree may hold very many that are not committed. */
const together = 64;

/** Changes whenever what is not committed does: another file, another size, or one that was written since. */
export async function fingerprintTree(
  top: string,
  { changed, untracked }: Pick<TreeStatus, 'changed' | 'untracked'>,
): Promise<string> {
  const paths = [...new Set([...changed, ...untracked])].toSorted();
  const hash = createHash('sha256');
  for (let from = 0; from < paths.length; from += together) {
    const marks = await Promise.all(paths.slice(from, from + together).map((path) => markOf(top, path)));
    for (const mark of marks) hash.update(JSON.stringify(mark));
  }
  return hash.digest('hex');
}

/** The change time too: nobody can set it back, unlike the time of the last write. */
async function markOf(top: string, path: string): Promise<readonly (string | number)[]> {
  try {
    const { size, mode, ino, mtimeMs, ctimeMs } = await lstat(join(top, path));
    return [path, size, mode, ino, mtimeMs, ctimeMs];
  } catch {
    return [path, 'gone'];
  }
}
