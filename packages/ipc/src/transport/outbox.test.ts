import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Outbox } from './outbox.ts';

describe('Outbox', () => {
  it('writes what one turn sends as one frame', async () => {
    const written: string[] = [];
    const outbox = new Outbox({ write: (bytes) => written.push(bytes.toString()), onDrained: () => undefined });
    outbox.push(Buffer.from('a'));
    outbox.push(Buffer.from('b'));
    expect(written).toEqual([]);
    await nextTurn();
    outbox.push(Buffer.from('c'));
    await nextTurn();
    expect(written).toEqual(['ab', 'c']);
  });

  it('splits what is too much for a frame between messages', () => {
    const sizes: number[] = [];
    const outbox = new Outbox({ write: (bytes) => sizes.push(bytes.length), onDrained: () => undefined });
    for (const size of [35_000, 30_000, 10_000, 3_000_000, 5]) outbox.push(Buffer.alloc(size));
    outbox.flush();
    expect(sizes).toEqual([65_000, 10_000, 3_000_000, 5]);
  });

  it('counts bytes until the system has them, then tells', () => {
    const taken: (() => void)[] = [];
    const onDrained = vi.fn();
    const outbox = new Outbox({ write: (_bytes, onTaken) => taken.push(onTaken), onDrained });
    outbox.push(Buffer.from('abc'));
    outbox.flush();
    outbox.push(Buffer.from('de'));
    expect(outbox.pendingBytes).toBe(5);
    taken[0]?.();
    expect(outbox.pendingBytes).toBe(2);
    expect(onDrained).toHaveBeenCalledTimes(1);
  });

  it('is silent once closed', async () => {
    const write = vi.fn();
    const outbox = new Outbox({ write, onDrained: () => undefined });
    outbox.push(Buffer.from('a'));
    outbox.close();
    outbox.push(Buffer.from('b'));
    await nextTurn();
    expect(write).not.toHaveBeenCalled();
    expect(outbox.pendingBytes).toBe(0);
  });
});
