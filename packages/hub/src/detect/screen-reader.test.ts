import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { createParts } from '../testing/create-parts.ts';
import { ScreenReader } from './screen-reader.ts';

function setUp(agents = 1) {
  const { parts, runtime, apply } = createParts();
  const ids = Array.from({ length: agents }, (_, index) => `a${index}`);
  for (const id of ids) apply({ type: 'agent.created', id, agent: createAgentRecord({ id }) });
  const read: string[] = [];
  const reader = new ScreenReader(parts, (id, lines) => read.push(`${id}: ${lines.join()}`));
  return { reader, runtime, read, ids };
}

describe('ScreenReader', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads once, 150 ms after output paused', async () => {
    const { reader, runtime, read } = setUp();
    runtime.screens.set('a0', ['done']);
    reader.noticeOutput('a0', Date.now());
    await vi.advanceTimersByTimeAsync(100);
    reader.noticeOutput('a0', Date.now());
    await vi.advanceTimersByTimeAsync(149);
    expect(read).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(read).toEqual(['a0: done']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runtime.captures).toBe(1);
  });

  it('reads at most four times a second while output flows, and sees its end', async () => {
    const { reader, runtime, read } = setUp();
    for (let ms = 0; ms < 2_000; ms += 10) {
      reader.noticeOutput('a0', Date.now());
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(runtime.captures).toBeGreaterThanOrEqual(6);
    expect(runtime.captures).toBeLessThanOrEqual(8);
    runtime.screens.set('a0', ['end']);
    reader.noticeOutput('a0', Date.now());
    await vi.advanceTimersByTimeAsync(500);
    expect(read.at(-1)).toBe('a0: end');
  });

  it('reads all screens together at most 200 times a second', async () => {
    const { reader, runtime, ids } = setUp(400);
    for (let ms = 0; ms < 4_000; ms += 50) {
      for (const id of ids) reader.noticeOutput(id, Date.now());
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(runtime.captures).toBeGreaterThan(400);
    expect(runtime.captures).toBeLessThanOrEqual(900);
  });

  it('reads nothing of an agent it was told to forget', async () => {
    const { reader, runtime } = setUp();
    reader.noticeOutput('a0', Date.now());
    reader.forget('a0');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runtime.captures).toBe(0);
  });

  it('gives who asks while it reads a screen that was taken after the ask, one for all of them', async () => {
    const { reader, runtime, read } = setUp();
    const gate = Promise.withResolvers<void>();
    runtime.captureGate = gate.promise;
    runtime.screens.set('a0', ['old']);
    const first = reader.read('a0');
    runtime.screens.set('a0', ['new']);
    const asked = [reader.read('a0'), reader.read('a0')];
    gate.resolve();
    expect(await first).toBe(true);
    expect(await Promise.all(asked)).toEqual([true, true]);
    expect(read).toEqual(['a0: old', 'a0: new']);
    expect(runtime.captures).toBe(2);
  });

  it('says when the screen could not be read, and reads it at the next ask', async () => {
    const { reader, runtime, read } = setUp();
    runtime.captureFailure = new Error('no server');
    expect(await reader.read('a0')).toBe(false);
    runtime.captureFailure = null;
    expect(await reader.read('a0')).toBe(true);
    expect(read).toHaveLength(1);
  });
});
