import { describeWorktreeLoss, type ReadGit, readWorktreeLoss, type WorktreeLoss } from '@swarm-tui/core';
import type { Environment } from '../fleet/fleet-parts.ts';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { Loss } from '../protocol/requests.ts';
import { fingerprintTree } from './fingerprint-tree.ts';
import { parseCommits } from './parse-git.ts';
import { readTree } from './tree-figures.ts';
import { findTree } from './watch-head.ts';

const maxCommits = 50;
const maxFiles = 200;

/** How git is asked, and in which environment. */
export interface LossSources {
  readonly git: ReadGit;
  readonly env: Environment;
}

/** What would be lost with an agent. Looks, changes nothing. */
export async function readLoss(
  { git, env }: LossSources,
  record: AgentRecord,
  at: number,
  signal?: AbortSignal,
): Promise<Loss> {
  const { id, directory, lifecycle, worktree } = record;
  const about = {
    id,
    isRunning: lifecycle === 'running' || lifecycle === 'provisioning',
    // A tree that was there before the agent is the person's: it never goes with the agent.
    hasWorktree: worktree?.created === true,
  };
  const place = await findTree(directory);
  const tree = place === null ? null : await readTree(git, place.top, signal);
  if (place === null || tree === null || !tree.ok)
    return { ...about, git: null, dirtyFiles: [], unpushedCommits: [], reasons: [] };
  // an agent's own worktree may go with it, and all that git does not count as a change goes too
  const whole = about.hasWorktree ? await readWhole(place.top, env, signal) : null;
  const counted = new Map(tree.files.map((file) => [file.path, file]));
  const paths = [...tree.status.changed, ...tree.status.untracked].slice(0, maxFiles);
  return {
    ...about,
    git: { ...tree.figures, at },
    dirtyFiles: paths.map((path) => counted.get(path) ?? { path, added: 0, removed: 0 }),
    unpushedCommits: tree.figures.unpushed === 0 ? [] : await readUnpushed(git, directory, signal),
    reasons: whole === null ? [] : [...describeWorktreeLoss(whole)],
    fingerprint: await fingerprintTree(place.top, [
      ...tree.status.changed,
      ...tree.status.untracked,
      ...(whole === null ? [] : [...goingPaths(whole), otherMark(whole)]),
    ]),
  };
}

function goingPaths({ overlooked, ignored, submodules, repositories }: WorktreeLoss): readonly string[] {
  return [...overlooked, ...ignored, ...submodules, ...repositories];
}

// no path can hold NUL: commits that go with the tree, and its lock, are part of what was seen
function otherMark({ looseCommits, missingBranch, lock }: WorktreeLoss): string {
  return `\0${JSON.stringify([looseCommits, missingBranch, lock])}`;
}

function readWhole(directory: string, env: Environment, signal: AbortSignal | undefined): Promise<WorktreeLoss> {
  return readWorktreeLoss({ directory, env: { ...env, GIT_OPTIONAL_LOCKS: '0' }, signal });
}

async function readUnpushed(git: ReadGit, directory: string, signal?: AbortSignal): Promise<Loss['unpushedCommits']> {
  const args = [
    'log',
    '-z',
    `--max-count=${maxCommits}`,
    '--format=%H%x1f%ct%x1f%s',
    'HEAD',
    '--not',
    '--remotes',
    '--',
  ];
  const outcome = await git(directory, args, signal);
  return outcome.ok ? [...parseCommits(outcome.output)] : [];
}
