import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createGitReader } from '@swarm-tui/core';
import type { AskOptions, DirectoryFacts } from '../app/machine-port.ts';
import type { Environment } from './ui-environment.ts';

const nowhere: DirectoryFacts = { repository: null, branch: null, branches: [] };
const gitTimeoutMs = 2000;
const mostBranches = 200;

/** How the place in git of a directory is asked for. */
export interface GitPlaceOptions extends AskOptions {
  readonly env: Environment;
}

/** What git knows of a directory: its files are read, and git itself is asked once, only inside a repository. */
export async function describeGitPlace(path: string, { env, signal }: GitPlaceOptions): Promise<DirectoryFacts> {
  const found = await stat(path).catch(() => null);
  signal?.throwIfAborted();
  if (found === null || !found.isDirectory()) return nowhere;
  const top = await findTop(path);
  if (top === null) return nowhere;
  const lines = await listBranches(path, { env, signal });
  const branches = lines.map((line) => line.slice(1));
  const current = lines.find((line) => line.startsWith('*'))?.slice(1);
  // a branch without a commit stands in HEAD alone
  return { repository: top.repository, branch: current ?? branchOf(top.head), branches };
}

interface Top {
  readonly repository: string;
  /** Text of its HEAD. */
  readonly head: string;
}

async function findTop(path: string): Promise<Top | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    const head = await readHead(folder);
    if (head !== null) return { repository: folder, head };
    if (folder === dirname(folder)) return null;
  }
}

// In worktrees and submodules `.git` is a file that tells where it is.
async function readHead(folder: string): Promise<string | null> {
  const dot = join(folder, '.git');
  const link = await readFile(dot, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'EISDIR' ? '' : null,
  );
  if (link === null) return null;
  const [, target = '.git'] = /^gitdir: (.+)$/mu.exec(link) ?? [];
  return readFile(join(resolve(folder, target), 'HEAD'), 'utf8').catch(() => null);
}

// Repositories with reftables keep a HEAD that names no branch.
function branchOf(head: string): string | null {
  const [, branch = null] = /^ref: refs\/heads\/(.+)$/mu.exec(head) ?? [];
  return branch === '.invalid' ? null : branch;
}

/** Local branches, the last used first, the one that is checked out marked with `*`, others with a blank. */
async function listBranches(directory: string, { env, signal }: GitPlaceOptions): Promise<readonly string[]> {
  const format = '--format=%(HEAD)%(refname:lstrip=2)';
  const args = ['for-each-ref', '--sort=-committerdate', `--count=${mostBranches}`, format, 'refs/heads'];
  const outcome = await createGitReader(env, { timeoutMs: gitTimeoutMs })(directory, args, signal);
  // without git, or where git refuses, the form has no branches to offer, and that is all
  return outcome.ok ? outcome.output.split('\n').filter((line) => line !== '') : [];
}
