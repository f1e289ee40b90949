import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitOutcome } from '@swarm-tui/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createParts } from '../testing/create-parts.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { GitWatch } from './git-watch.ts';

const clean = '# branch.oid 1234567890\0# branch.head main\0# branch.ab +0 -0\0';

function setUp(outcome: GitOutcome = { ok: true, output: clean }) {
  const directory = mkdtempSync(join(tmpdir(), 'git-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  // Files and their watches are real, the time is not: `vi.waitFor` moves it on.
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const runs: string[] = [];
  const times: number[] = [];
  const { parts, apply } = createParts();
  const watch = new GitWatch(parts, async (top, args) => {
    runs.push(`${top} ${args[0] ?? ''}`);
    times.push(Date.now());
    return outcome;
  });
  onTestFinished(() => watch[Symbol.dispose]());
  const add = (id: string, at = directory) =>
    apply({ type: 'agent.created', id, agent: createAgentRecord({ id, directory: at }) });
  return { directory, runs, times, parts, watch, add };
}

describe('GitWatch', () => {
  it('reads a tree that agents share once, and tells all of them', async () => {
    const { directory, runs, parts, add } = setUp();
    mkdirSync(join(directory, '.git'));
    add('one');
    add('two');
    await vi.waitFor(() => expect(parts.store.get('two').record.git).toMatchObject({ branch: 'main', dirtyFiles: 0 }));
    expect(parts.store.get('one').record.git).toEqual(parts.store.get('two').record.git);
    add('three');
    expect(parts.store.get('three').record.git).toMatchObject({ branch: 'main' });
    expect(runs).toEqual([`${directory} status`]);
  });

  it('starts no git outside of a repository', async () => {
    const { directory, runs, parts, watch, add } = setUp();
    add('plain', '/');
    watch.refresh('plain');
    mkdirSync(join(directory, '.git'));
    add('one');
    await vi.waitFor(() => expect(parts.store.get('one').record.git).not.toBeNull());
    expect(runs).toEqual([`${directory} status`]);
    expect(parts.store.get('plain').record.git).toBeNull();
  });

  it('reads again after HEAD changed, at the earliest 10 s after the last time', async () => {
    const { directory, runs, times, add } = setUp();
    mkdirSync(join(directory, '.git'));
    add('one');
    await vi.waitFor(() => expect(runs).toHaveLength(1));
    writeFileSync(join(directory, '.git', 'HEAD'), 'ref: refs/heads/other\n');
    await vi.waitFor(() => {
      vi.advanceTimersByTime(500);
      expect(runs).toHaveLength(2);
    }, 4_000);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(10_000);
  });

  it('finds a repository that was made later, and one that went away', async () => {
    const { directory, parts, watch, add } = setUp();
    const branch = () => parts.store.get('one').record.git?.branch;
    add('one');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(branch()).toBeUndefined();
    mkdirSync(join(directory, '.git'));
    watch.refresh('one');
    await vi.waitFor(() => expect(branch()).toBe('main'));
    rmSync(join(directory, '.git'), { recursive: true });
    watch.refresh('one');
    await vi.waitFor(() => {
      vi.advanceTimersByTime(500);
      expect(branch()).toBeUndefined();
    }, 4_000);
  });

  it('asks no more than once a minute when git is missing', async () => {
    const { directory, runs, add, watch } = setUp({ ok: false, failure: 'missing' });
    mkdirSync(join(directory, '.git'));
    add('one');
    await vi.waitFor(() => expect(runs).toHaveLength(1));
    await vi.advanceTimersByTimeAsync(50_000);
    watch.refresh('one');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    watch.refresh('one');
    await vi.waitFor(() => {
      vi.advanceTimersByTime(500);
      expect(runs).toHaveLength(2);
    }, 4_000);
  });
});
