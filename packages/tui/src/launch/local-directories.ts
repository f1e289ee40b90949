import { once } from 'node:events';
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AskOptions, DirectoryPort } from '../app/machine-port.ts';
import { describeGitPlace } from './git-place.ts';
import type { Environment } from './ui-environment.ts';

/** How directories are listed for completion. */
export interface LocalDirectoriesOptions {
  readonly env: Environment;
  /** What relative paths begin at. */
  readonly directory: string;
  /** How long a directory may be read; what was found by then is offered. @default 500 */
  readonly limitMs?: number | undefined;
}

const mostCompletions = 50;
const mostEntries = 50_000;

/** Directories of this machine, as a shell names and completes them. */
export class LocalDirectories implements DirectoryPort {
  readonly #options: LocalDirectoriesOptions;
  readonly #home: string;

  constructor(options: LocalDirectoriesOptions) {
    this.#options = options;
    this.#home = options.env['HOME'] || homedir();
  }

  async complete(prefix: string, { signal }: AskOptions = {}): Promise<readonly string[]> {
    signal?.throwIfAborted();
    if (/^(?:~|\$HOME|(?:.*\/)?\.\.)$/u.test(prefix)) return [`${prefix}/`];
    const cut = prefix.lastIndexOf('/') + 1;
    const head = prefix.slice(0, cut);
    const found: string[] = [];
    const timeout = AbortSignal.timeout(this.#options.limitMs ?? 500);
    const limit = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
    // a file system that hangs never gets to look at the limit
    await Promise.race([
      readNames({ folder: this.resolve(head), start: prefix.slice(cut), limit }, found),
      once(limit, 'abort'),
    ]);
    signal?.throwIfAborted();
    return found
      .toSorted()
      .slice(0, mostCompletions)
      .map((name) => `${head}${name}/`);
  }

  resolve(path: string): string {
    const expanded = path.replace(/^(?:~|\$HOME)(?=\/|$)/u, () => this.#home);
    return resolve(this.#options.directory, expanded);
  }

  shorten(path: string): string {
    if (path === this.#home) return '~';
    return path.startsWith(`${this.#home}/`) ? `~${path.slice(this.#home.length)}` : path;
  }

  describe(path: string, { signal }: AskOptions = {}): ReturnType<DirectoryPort['describe']> {
    return describeGitPlace(this.resolve(path), { env: this.#options.env, signal });
  }
}

interface Search {
  readonly folder: string;
  readonly start: string;
  readonly limit: AbortSignal;
}

// What cannot be read offers nothing.
async function readNames({ folder, start, limit }: Search, found: string[]): Promise<void> {
  let seen = 0;
  try {
    for await (const entry of await opendir(folder, { bufferSize: 512 })) {
      if (limit.aborted || ++seen > mostEntries) return;
      if (isOffered(entry.name, start) && (await isDirectory(folder, entry))) found.push(entry.name);
    }
  } catch {
    return;
  }
}

function isOffered(name: string, start: string): boolean {
  if (!name.startsWith(start) || /\p{Cc}/u.test(name)) return false;
  return !name.startsWith('.') || start.startsWith('.');
}

async function isDirectory(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(join(folder, entry.name)).catch(() => null);
  return target?.isDirectory() ?? false;
}
