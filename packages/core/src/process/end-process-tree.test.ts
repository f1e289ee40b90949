import { expect, it } from 'vitest';
import { createProcessEnder } from './end-process-tree.ts';
import type { ProcessTable } from './process-table.ts';

/** Processes that end by the given signal; `SIGSTOP` stands for never. */
function createWorld(diesBy: Readonly<Record<number, NodeJS.Signals>>) {
  const alive = new Set(Object.keys(diesBy).map(Number));
  const sent: string[] = [];
  const readTable = async (): Promise<ProcessTable> => ({
    entries: [...alive].map((pid) => ({ pid, parentPid: pid === 10 ? 1 : 10, startToken: 't' })),
    hasVariable: () => false,
  });
  const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
    sent.push(`${pid} ${signal}`);
    if (diesBy[pid] === signal) alive.delete(pid);
  };
  return { alive, sent, end: createProcessEnder({ readTable, sendSignal, self: 900 }) };
}

it('asks once with SIGTERM, and kills nobody who ends', async () => {
  const { alive, sent, end } = createWorld({ 10: 'SIGTERM', 11: 'SIGTERM' });
  await end({ rootPid: 10, marker: null, graceMs: 5000 });
  expect([...alive]).toEqual([]);
  expect(sent).toEqual(['10 SIGTERM', '10 SIGCONT', '11 SIGTERM', '11 SIGCONT']);
});

it('kills after the grace time, also a child whose parent ended first', async () => {
  const { alive, sent, end } = createWorld({ 10: 'SIGTERM', 11: 'SIGKILL' });
  await end({ rootPid: 10, marker: null, graceMs: 30 });
  expect([...alive]).toEqual([]);
  expect(sent.filter((line) => line.endsWith('SIGKILL'))).toEqual(['11 SIGKILL']);
});

it('is done at once when nothing is left', async () => {
  const { sent, end } = createWorld({});
  await end({ rootPid: 10, marker: null, graceMs: 5000 });
  expect(sent).toEqual([]);
});

it('stops waiting when the signal aborts', async () => {
  const { end } = createWorld({ 10: 'SIGSTOP' });
  const controller = new AbortController();
  const ending = end({ rootPid: 10, marker: null, graceMs: 60_000, signal: controller.signal });
  controller.abort();
  await expect(ending).rejects.toMatchObject({ name: 'AbortError' });
});

it('ends nothing for somebody who gave up while it looked', async () => {
  const { sent, end } = createWorld({ 10: 'SIGTERM' });
  const controller = new AbortController();
  const ending = end({ rootPid: 10, marker: null, graceMs: 5000, signal: controller.signal });
  controller.abort();
  await expect(ending).rejects.toMatchObject({ name: 'AbortError' });
  expect(sent).toEqual([]);
});
