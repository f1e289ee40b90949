import { describe, expect, it } from 'vitest';
import { OutputQueue } from './output-queue.ts';
import { FakeCli } from '../fake-context.ts';

describe('OutputQueue', () => {
  it('takes no more than its bound while the reader is slow, and goes on when it has read', async () => {
    const gate = Promise.withResolvers<void>();
    const cli = new FakeCli({ onWrite: () => gate.promise });
    const queue = new OutputQueue(cli.context, 10);
    expect([queue.offer('12345'), queue.offer('67890'), queue.offer('left out')]).toEqual([true, true, false]);
    expect(queue.isFull).toBe(true);
    gate.resolve();
    await queue.idle();
    expect(queue.offer('!')).toBe(true);
    await queue.idle();
    expect(cli.out).toBe('1234567890!');
  });

  it('fails at once, and for who waits until the end', async () => {
    const cli = new FakeCli({ onWrite: () => Promise.reject(new Error('full')) });
    const queue = new OutputQueue(cli.context);
    queue.offer('1');
    queue.offer('2');
    await expect(queue.failed).rejects.toThrow('full');
    await expect(queue.idle()).rejects.toThrow('full');
    expect(cli.out).toBe('');
  });
});
