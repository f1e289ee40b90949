import { expect, it, onTestFinished, vi } from 'vitest';
import { Refresher } from './refresher.ts';

function createRefresher() {
  const refresh = vi.fn<() => Promise<void>>(async () => undefined);
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return { refresh, refresher: new Refresher(refresh) };
}

it('refreshes at once, and once more for all requests meanwhile', async () => {
  const { refresh, refresher } = createRefresher();
  refresher.request();
  refresher.request();
  refresher.request();
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it('waits while it is held, by however many', async () => {
  const { refresh, refresher } = createRefresher();
  const [one, two] = [refresher.hold(), refresher.hold()];
  refresher.request();
  one();
  one();
  await vi.advanceTimersByTimeAsync(1000);
  expect(refresh).not.toHaveBeenCalled();
  two();
  expect(refresh).toHaveBeenCalledTimes(1);
});

it('goes on after a refresh that failed, and never after it is disposed', async () => {
  const { refresh, refresher } = createRefresher();
  refresh.mockRejectedValueOnce(new Error('lost'));
  refresher.request();
  await vi.advanceTimersByTimeAsync(1000);
  refresher.request();
  expect(refresh).toHaveBeenCalledTimes(2);
  refresher[Symbol.dispose]();
  refresher.request();
  await vi.advanceTimersByTimeAsync(1000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it('tells when the next one is done, or that the time is over', async () => {
  const { refresher } = createRefresher();
  const done = refresher.next(60_000, undefined);
  refresher.request();
  await vi.advanceTimersByTimeAsync(10);
  await expect(done).resolves.toBeUndefined();
  const stop = new AbortController();
  const aborted = refresher.next(60_000, stop.signal);
  stop.abort();
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
});
