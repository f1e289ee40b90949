import { describe, expect, it } from 'vitest';
import { SubscriptionTable } from './subscription-table.ts';

describe('SubscriptionTable', () => {
  it('finds exact subjects and prefixes, each subscriber once', () => {
    const table = new SubscriptionTable<string>();
    table.add('fleet.delta', 'ui');
    table.add('fleet.*', 'ui');
    table.add('fleet.*', 'cli');
    table.add('*', 'log');
    expect([...table.match('fleet.delta')].toSorted()).toEqual(['cli', 'log', 'ui']);
    expect([...table.match('screen.a1')]).toEqual(['log']);
  });

  it('takes * elsewhere than at the end for itself', () => {
    const table = new SubscriptionTable<string>();
    table.add('screen.*.frame', 'ui');
    expect(table.match('screen.a1.frame').size).toBe(0);
    expect(table.match('screen.*.frame').size).toBe(1);
  });

  it('tells the first and the last subscriber of a pattern', () => {
    const table = new SubscriptionTable<string>();
    const told = [
      table.add('a', 'x'),
      table.add('a', 'y'),
      table.add('a', 'y'),
      table.remove('a', 'x'),
      table.remove('a', 'nobody'),
      table.remove('a', 'y'),
      table.remove('a', 'y'),
    ];
    expect(told).toEqual([true, false, false, false, false, true, false]);
  });

  it('does not hand out its own set when patterns match too', () => {
    const table = new SubscriptionTable<string>();
    table.add('a', 'x');
    table.add('*', 'y');
    expect(table.match('a').size).toBe(2);
    table.remove('*', 'y');
    expect([...table.match('a')]).toEqual(['x']);
    expect(table.patterns()).toEqual(['a']);
  });
});
