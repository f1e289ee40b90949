import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import {
  createProcessTableReader,
  createVariableLookup,
  parsePs,
  parseStat,
  type ProcessTable,
  readProcessTable,
} from './process-table.ts';

it('reads a stat line whose program name holds parentheses and spaces', () => {
  const tail = Array.from({ length: 40 }, (_, index) => String(100 + index)).join(' ');
  expect(parseStat(`42 (a) b (c) S 7 ${tail}`)).toEqual({ pid: 42, parentPid: 7, state: 'S', startToken: '117' });
});

it('takes nothing from what is no stat line', () => {
  expect(parseStat('')).toBeUndefined();
});

it('reads what ps prints, without zombies, and finds variables by whole words', () => {
  const states =
    '    1     0 Ss   Mon Jan  1 00:00:00 2026\n   42     1 S+   Mon Jan  1 00:00:07 2026\n   43    42 Z    Mon Jan  1 00:00:08 2026\n';
  const table = parsePs(states, '   42 sleep 1000 A=1 SWARM_AGENT_RUN=abc B=2\n');
  expect(table.entries).toEqual([
    { pid: 1, parentPid: 0, startToken: 'Mon Jan  1 00:00:00 2026' },
    { pid: 42, parentPid: 1, startToken: 'Mon Jan  1 00:00:07 2026' },
  ]);
  expect(table.hasVariable(42, 'SWARM_AGENT_RUN=abc')).toBe(true);
  expect(table.hasVariable(42, 'SWARM_AGENT_RUN=ab')).toBe(false);
  expect(table.hasVariable(1, 'A=1')).toBe(false);
});

it('sees a real child with its parent and environment', async () => {
  const child = spawn('sleep', ['1000'], { env: { MARK: 'yes' }, stdio: 'ignore' });
  await once(child, 'spawn');
  const table = await readProcessTable();
  expect(table.entries).toContainEqual(expect.objectContaining({ pid: child.pid, parentPid: process.pid }));
  expect(table.hasVariable(child.pid ?? 0, 'MARK=yes')).toBe(true);
  expect(table.hasVariable(child.pid ?? 0, 'MARK=ye')).toBe(false);
  child.kill();
});

it('shares one reading among those who ask before it begins, never one that began before', async () => {
  let count = 0;
  const gates: (() => void)[] = [];
  const read = createProcessTableReader(() => {
    count += 1;
    return new Promise<ProcessTable>((resolve) => gates.push(() => resolve({ entries: [], hasVariable: () => false })));
  });
  const first = read();
  const alsoFirst = read();
  await Promise.resolve();
  const second = read();
  expect(second).not.toBe(first);
  expect(alsoFirst).toBe(first);
  gates[0]?.();
  await first;
  await Promise.resolve();
  await new Promise(setImmediate);
  gates[1]?.();
  await second;
  expect(count).toBe(2);
});

it('reads each environment once, however many agents are looked for', () => {
  const environs = new Map([
    [10, 'SWARM_RUN=a\0B=1\0'],
    [11, 'X_SWARM_RUN=b\0B=1\0SWARM_RUN=b\0'],
    [12, 'B=SWARM_RUN=a\0SWARM_RUN=\0'],
    [13, ''],
  ]);
  const reads: number[] = [];
  const hasVariable = createVariableLookup((pid) => {
    reads.push(pid);
    return environs.get(pid) ?? '';
  });
  const carriers = ['a', 'b', 'c', ''].map((run) =>
    [...environs.keys()].filter((pid) => hasVariable(pid, `SWARM_RUN=${run}`)),
  );
  expect(carriers).toEqual([[10], [11], [], [12]]);
  expect(reads).toEqual([10, 11, 12, 13]);
});
