import { describe, expect, it, vi } from 'vitest';
import { KeepAlive } from './keep-alive.ts';

function start(ask: () => Promise<unknown>) {
  vi.useFakeTimers();
  const told: string[] = [];
  const keepAlive = new KeepAlive({
    everyMs: 1000,
    withinMs: 500,
    ask,
    onSilent: () => told.push('silent'),
    onAnswer: () => told.push('answer'),
  });
  return { keepAlive, told };
}

describe('KeepAlive', () => {
  it('asks once in a while, and says nothing of answers in time', async () => {
    let asked = 0;
    const { keepAlive, told } = start(async () => {
      asked += 1;
    });
    await vi.advanceTimersByTimeAsync(3500);
    keepAlive[Symbol.dispose]();
    expect(asked).toBe(3);
    await vi.advanceTimersByTimeAsync(5000);
    expect([asked, told]).toEqual([3, []]);
    vi.useRealTimers();
  });

  it('says once that there is no answer, asks no more meanwhile, and says when it comes', async () => {
    const answers: (() => void)[] = [];
    const { keepAlive, told } = start(() => new Promise<void>((resolve) => answers.push(resolve)));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([answers.length, told]).toEqual([1, ['silent']]);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect([answers.length, told]).toEqual([2, ['silent', 'answer']]);
    keepAlive[Symbol.dispose]();
    vi.useRealTimers();
  });

  it('asks at once when there is doubt, but never two questions', async () => {
    const answers: (() => void)[] = [];
    const { keepAlive, told } = start(() => new Promise<void>((resolve) => answers.push(resolve)));
    keepAlive.askNow();
    keepAlive.askNow();
    await vi.advanceTimersByTimeAsync(800);
    expect([answers.length, told]).toEqual([1, ['silent']]);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(999);
    expect(answers.length).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect([answers.length, told]).toEqual([2, ['silent', 'answer']]);
    keepAlive[Symbol.dispose]();
    vi.useRealTimers();
  });

  it('says nothing more once it is disposed, whatever is under way', async () => {
    const answers: (() => void)[] = [];
    const { keepAlive, told } = start(() => new Promise<void>((resolve) => answers.push(resolve)));
    await vi.advanceTimersByTimeAsync(1000);
    keepAlive[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(10_000);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([answers.length, told]).toEqual([1, []]);
    vi.useRealTimers();
  });
});
