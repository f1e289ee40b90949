import { createHash } from 'node:crypto';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** So many files are looked at together: a tree may hold very many that are not committed. */
const together = 64;

/** So many entries of a directory that counts as one (ignored, or a repository inside) are looked at. */
const mostInside = 2000;

/**
 * Changes whenever what is at the paths does: another file, another size, or one that was written since. Into a directory
 * it looks, as far as it has not very many entries.
 */
export async function fingerprintTree(top: string, lost: Iterable<string>): Promise<string> {
  const roots = [...new Set(lost)].toSorted();
  const inside = await Promise.all(roots.map((path) => listInside(top, path)));
  const paths = roots.flatMap((path, index) => [path, ...(inside[index] ?? [])]);
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

async function listInside(top: string, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [path];
  for (let next = waiting.shift(); next !== undefined && found.length < mostInside; next = waiting.shift()) {
    // neither a file nor what is gone can be opened
    const directory = await opendir(join(top, next)).catch(() => undefined);
    if (!directory) continue;
    for await (const entry of directory) {
      found.push(join(next, entry.name));
      if (entry.isDirectory()) waiting.push(join(next, entry.name));
      if (found.length >= mostInside) break;
    }
  }
  return found.toSorted();
}
