import { expect, it, onTestFinished, vi } from 'vitest';
import { LookTimer } from './look-timer.ts';

function createTimer(look = vi.fn<() => Promise<void>>(async () => undefined)) {
  vi.useFakeTimers();
  const timer = new LookTimer(look);
  onTestFinished(() => {
    timer[Symbol.dispose]();
    vi.useRealTimers();
  });
  return { look, timer };
}

it('does nothing while there is nothing to notice', async () => {
  const { look, timer } = createTimer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(look).not.toHaveBeenCalled();
  timer.notice();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(look).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('looks a moment later, for a program starts after its command line was echoed', async () => {
  const { look, timer } = createTimer();
  timer.notice();
  await vi.advanceTimersByTimeAsync(100);
  expect(look).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(look).toHaveBeenCalledTimes(1);
});

it('looks at most once a second, however much is noticed', async () => {
  const { look, timer } = createTimer();
  for (let step = 0; step < 1000; step += 1) {
    timer.notice();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(look.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(look.mock.calls.length).toBeLessThanOrEqual(11);
});

it('looks once more at what was noticed just before a look', async () => {
  const { look, timer } = createTimer();
  timer.notice();
  await vi.advanceTimersByTimeAsync(150);
  timer.notice();
  await vi.advanceTimersByTimeAsync(50);
  expect(look).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(look).toHaveBeenCalledTimes(2);
});

it('has one look under way, and another for what was noticed meanwhile', async () => {
  const answers: (() => void)[] = [];
  const { look, timer } = createTimer(vi.fn(() => new Promise<void>((resolve) => void answers.push(resolve))));
  timer.notice();
  await vi.advanceTimersByTimeAsync(5000);
  timer.notice();
  await vi.advanceTimersByTimeAsync(5000);
  expect(look).toHaveBeenCalledTimes(1);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).toHaveBeenCalledTimes(2);
});

it('goes on after a look that failed, and never after it is disposed', async () => {
  const { look, timer } = createTimer();
  look.mockRejectedValueOnce(new Error('lost'));
  timer.notice();
  await vi.advanceTimersByTimeAsync(2000);
  timer.notice();
  await vi.advanceTimersByTimeAsync(2000);
  expect(look).toHaveBeenCalledTimes(2);
  timer.notice();
  timer[Symbol.dispose]();
  timer.notice();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(look).toHaveBeenCalledTimes(2);
});
