import type { GitFailure, ReadGit } from '@swarm-tui/core';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitFigures } from '../protocol/agent-record.ts';
import { type FileChange, parseNumstat, parseStatus, type TreeStatus } from './parse-git.ts';

/** The figures of a directory, or why there are none. */
export type TreeReading =
  | {
      readonly ok: true;
      readonly status: TreeStatus;
      readonly figures: Omit<GitFigures, 'at'>;
      readonly files: readonly FileChange[];
    }
  | { readonly ok: false; readonly failure: GitFailure };

const maxUntracked = 200;
const maxUntrackedBytes = 256 * 1024;

/**
 * Branch, change and unpushed commits of a working tree: one git process for a clean tree that has an upstream,
 * up to three one after the other else. `top` is the tree's top directory, which git's paths are relative to.
 */
export async function readTree(git: ReadGit, top: string, signal?: AbortSignal): Promise<TreeReading> {
  const outcome = await git(
    top,
    ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--ignore-submodules=dirty'],
    signal,
  );
  if (!outcome.ok) return outcome;
  const status = parseStatus(outcome.output);
  const tracked = status.changed.length === 0 ? [] : await readDiff(git, top, status, signal);
  const untracked = status.untracked.length === 0 ? [] : await countUntracked(top, status.untracked);
  const files = [...tracked, ...untracked];
  const figures = {
    branch: status.branch,
    added: sum(files, 'added'),
    removed: sum(files, 'removed'),
    dirtyFiles: status.changed.length + status.untracked.length,
    unpushed: await countUnpushed(git, top, status, signal),
  };
  return { ok: true, status, figures, files };
}

async function readDiff(
  git: ReadGit,
  top: string,
  status: TreeStatus,
  signal?: AbortSignal,
): Promise<readonly FileChange[]> {
  const against = status.hasCommit ? ['HEAD'] : ['--cached'];
  const args = [
    'diff',
    '--numstat',
    '-z',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=dirty',
    ...against,
    '--',
  ];
  const outcome = await git(top, args, signal);
  return outcome.ok ? parseNumstat(outcome.output) : [];
}

async function countUnpushed(git: ReadGit, top: string, status: TreeStatus, signal?: AbortSignal): Promise<number> {
  if (!status.hasCommit || status.ahead === 0) return 0;
  const outcome = await git(top, ['rev-list', '--count', '--max-count=1000', 'HEAD', '--not', '--remotes'], signal);
  return outcome.ok ? Number(outcome.output.trim()) || 0 : 0;
}

async function countUntracked(top: string, paths: readonly string[]): Promise<readonly FileChange[]> {
  const counted = await Promise.all(
    paths.slice(0, maxUntracked).map(async (path) => ({ path, added: await countLines(join(top, path)), removed: 0 })),
  );
  return [...counted, ...paths.slice(maxUntracked).map((path) => ({ path, added: 0, removed: 0 }))];
}

/** Lines in the first 256 kB; none for a binary file and for what cannot be read. */
async function countLines(path: string): Promise<number> {
  try {
    await using file = await open(path, 'r');
    // A FIFO or a device would hold the read up for ever.
    if (!(await file.stat()).isFile()) return 0;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxUntrackedBytes), 0, maxUntrackedBytes, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes.includes(0)) return 0;
    const breaks = bytes.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
    return bytesRead > 0 && bytes.at(-1) !== 10 ? breaks + 1 : breaks;
  } catch {
    return 0;
  }
}

function sum(files: readonly FileChange[], side: 'added' | 'removed'): number {
  return files.reduce((total, file) => total + file[side], 0);
}
