import { describe, expect, it } from 'vitest';
import { PublishGate } from './publish-gate.ts';

describe('PublishGate', () => {
  it('holds back above the bound, and until half of it is free', () => {
    const gate = new PublishGate(100);
    expect([gate.admit('a', 100), gate.admit('a', 101), gate.admit('b', 60), gate.admit('a', 0)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(gate.reopen(51).size).toBe(0);
    expect(Object.fromEntries(gate.reopen(50))).toEqual({ a: 2, b: 1 });
    expect(gate.admit('a', 60)).toBe(true);
  });

  it('has nothing to tell when nothing was held back', () => {
    expect(new PublishGate(100).reopen(0).size).toBe(0);
  });
});
