import { onTestFinished, vi } from 'vitest';

/**
 * From now on the time of the test runs on by half a second each time that something is looked for with the returned
 * function, so that nobody waits for it. Files, promises and what is typed stay real.
 */
export function hastenTime(): (assert: () => unknown) => Promise<unknown> {
  vi.useFakeTimers({ now: Date.now(), toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const look = async (assert: () => unknown): Promise<void> => {
    vi.advanceTimersByTime(500);
    await assert();
  };
  return (assert) => vi.waitFor(() => look(assert), { timeout: 15_000, interval: 10 });
}
