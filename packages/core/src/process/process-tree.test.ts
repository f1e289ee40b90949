import { expect, it } from 'vitest';
import { collectTree } from './process-tree.ts';
import type { ProcessTable } from './process-table.ts';

const run = 'SWARM_AGENT_RUN=r1';

/** Rows are pid, parent, and whether the marker is in the environment. */
function toTable(...rows: readonly (readonly [pid: number, parent: number, marked?: 'marked'])[]): ProcessTable {
  const marked = new Set(rows.filter(([, , mark]) => mark).map(([pid]) => pid));
  return {
    entries: rows.map(([pid, parentPid]) => ({ pid, parentPid, startToken: `t${pid}` })),
    hasVariable: (pid, assignment) => assignment === run && marked.has(pid),
  };
}

const pids = (table: ProcessTable, query: Partial<Parameters<typeof collectTree>[1]>): readonly number[] =>
  collectTree(table, { rootPid: null, marker: null, self: 900, ...query })
    .map(({ pid }) => pid)
    .toSorted((one, other) => one - other);

it('takes all descendants of the first process and nothing beside', () => {
  const table = toTable([1, 0], [10, 1], [11, 10], [12, 11], [20, 1], [900, 1]);
  expect(pids(table, { rootPid: 10 })).toEqual([10, 11, 12]);
});

it('finds by the marker what lost its parents, with its children', () => {
  const table = toTable([1, 0], [30, 1, 'marked'], [31, 30], [900, 1]);
  expect(pids(table, { marker: run })).toEqual([30, 31]);
  expect(pids(table, { marker: 'SWARM_AGENT_RUN=r2' })).toEqual([]);
});

it('keeps hold of what it saw before, but not of another process with the same pid', () => {
  const table = toTable([1, 0], [40, 1], [900, 1]);
  expect(pids(table, { known: new Set(['40/t40']) })).toEqual([40]);
  expect(pids(table, { known: new Set(['40/t39']) })).toEqual([]);
});

it('never takes the process that asks, what is above it, or what it started, whatever they carry', () => {
  const table = toTable([1, 0], [800, 1, 'marked'], [900, 800, 'marked'], [901, 900, 'marked'], [50, 1, 'marked']);
  expect(pids(table, { marker: run })).toEqual([50]);
});

it('never takes process 1', () => {
  expect(pids(toTable([1, 0, 'marked'], [900, 1]), { marker: run, rootPid: 1 })).toEqual([]);
});
