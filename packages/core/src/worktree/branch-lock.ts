import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { untilAborted } from '../until-aborted.ts';
import { type GitOptions, runGit } from '../git/run-git.ts';

// of the process, for so is the repository: two runtimes may make agents in the same one
const tails = new Map<string, Promise<void>>();

/**
 * Waits until nobody else in this process holds the branch of the repository, and holds it until disposed: whoever comes
 * next finds its worktree either in use or gone.
 */
export async function lockBranch(branch: string, options: GitOptions): Promise<Disposable> {
  const key = `${await findRepository(options)}\0${branch}`;
  const before = tails.get(key) ?? Promise.resolve();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  // whoever gives up waiting still passes on the lock only when those before are done
  const tail = before.then(() => released);
  tails.set(key, tail);
  void tail.then(() => {
    if (tails.get(key) === tail) tails.delete(key);
  });
  try {
    await untilAborted(before, options.signal);
  } catch (cause) {
    release();
    throw cause;
  }
  return { [Symbol.dispose]: release };
}

// what is no repository is reported by whoever makes the worktree, in better words
async function findRepository({ directory, env, signal }: GitOptions): Promise<string> {
  const found = await runGit(['rev-parse', '--git-common-dir'], { directory, env, signal }).catch(() => '.');
  signal?.throwIfAborted();
  const path = resolve(directory, found.replace(/\n$/, ''));
  return realpath(path).catch(() => path);
}
