import { expect, it, onTestFinished, vi } from 'vitest';
import { isTimeout } from './is-timeout.ts';
import { withDeadline } from './with-deadline.ts';

it('gives up on a call that takes no notice of its signal', async () => {
  const clock = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(clock.signal);
  onTestFinished(() => timeout.mockRestore());
  const outcome = withDeadline(50, () => new Promise(() => undefined)).catch((error: unknown) => error);
  clock.abort(new DOMException('late', 'TimeoutError'));
  expect(isTimeout(await outcome)).toBe(true);
  expect(timeout).toHaveBeenCalledWith(50);
});

it('hands on what the call gave or threw', async () => {
  expect(await withDeadline(60_000, async (signal) => signal.aborted)).toBe(false);
  await expect(
    withDeadline(60_000, async () => {
      throw new Error('its own');
    }),
  ).rejects.toThrow('its own');
});
