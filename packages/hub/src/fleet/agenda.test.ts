import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Agenda } from './agenda.ts';

describe('Agenda', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs tasks in the order of their times with a single timer', () => {
    using agenda = new Agenda();
    const ran: string[] = [];
    for (const at of [50, 10, 30, 20, 40]) agenda.task(() => ran.push(`${at}@${Date.now()}`)).at(at);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(60);
    expect(ran).toEqual(['10@10', '20@20', '30@30', '40@40', '50@50']);
  });

  it('runs a task that was moved once, at its last time', () => {
    using agenda = new Agenda();
    const run = vi.fn<() => void>();
    const task = agenda.task(run);
    task.at(10);
    task.at(100);
    task.at(50);
    vi.advanceTimersByTime(49);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('moves a task with `by` only to an earlier time', () => {
    using agenda = new Agenda();
    const task = agenda.task(() => undefined);
    task.by(50);
    task.by(80);
    expect(task.dueAt).toBe(50);
    task.by(20);
    expect(task.dueAt).toBe(20);
  });

  it('forgets cancelled tasks, and can plan them again', () => {
    using agenda = new Agenda();
    const run = vi.fn<() => void>();
    const task = agenda.task(run);
    task.at(10);
    task.cancel();
    vi.advanceTimersByTime(20);
    expect(run).not.toHaveBeenCalled();
    task.at(30);
    vi.advanceTimersByTime(20);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('lets a task plan itself again', () => {
    using agenda = new Agenda();
    let count = 0;
    const task = agenda.task(() => {
      count += 1;
      task.at(Date.now() + 10);
    });
    task.at(10);
    vi.advanceTimersByTime(100);
    expect(count).toBe(10);
  });

  it('keeps times that are further away than a timer can be', () => {
    using agenda = new Agenda();
    const run = vi.fn<() => void>();
    agenda.task(run).at(2 ** 31 + 1000);
    vi.advanceTimersByTime(2 ** 31);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('runs nothing after it was closed', () => {
    const agenda = new Agenda();
    const run = vi.fn<() => void>();
    const task = agenda.task(run);
    task.at(10);
    agenda[Symbol.dispose]();
    task.at(5);
    vi.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
