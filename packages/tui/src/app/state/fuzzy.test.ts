import { createAgentRecord } from '@swarm-tui/hub/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterScore, parseFilter } from './filter.ts';
import { fuzzyScore } from './fuzzy.ts';

describe('fuzzy', () => {
  it('finds letters in their order, and nothing else', () => {
    expect(fuzzyScore('pyrt', 'payments-retry')).toBeGreaterThan(0);
    expect(fuzzyScore('yp', 'payments')).toBe(0);
    expect(fuzzyScore('', 'x')).toBeGreaterThan(0);
  });

  it('prefers a whole word to its parts, a beginning to a middle, a short name to a long one', () => {
    expect(fuzzyScore('retry', 'payments-retry')).toBeGreaterThan(fuzzyScore('retry', 'rebuild-entry'));
    expect(fuzzyScore('pay', 'pay-webhooks')).toBeGreaterThan(fuzzyScore('pay', 'repayments'));
    expect(fuzzyScore('pay', 'paypal')).toBeGreaterThan(fuzzyScore('pay', 'payments-retry'));
  });

  it('matches every text with itself and any of its subsequences', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.boolean()), (text, keep) => {
        const part = Array.from(text)
          .filter((_, index) => keep[index] ?? false)
          .join('');
        expect(fuzzyScore(part, text)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the words of a filter', () => {
  const activity = {
    state: 'waiting',
    reason: 'permission',
    detail: 'rm -rf build',
    since: 0,
    certainty: 'high',
    conflict: false,
    resetsAt: null,
  } as const;
  const git = { branch: 'fix/charge', added: 0, removed: 0, dirtyFiles: 0, unpushed: 0, at: 0 };
  const agent = createAgentRecord({
    id: 'pay',
    name: 'payments-retry',
    host: 'ssh/dgx1',
    directory: '/work/shop-api',
    activity,
    git,
  });

  it.each([
    'state:waiting',
    'state:approve',
    'state:permission',
    'state:error,waiting',
    'host:dgx1',
    'pay',
    'PAY retry',
    'charge',
    'shop-api',
    'rm -rf',
    'state:wait host:dgx pay',
  ])('%s finds it', (text) => {
    expect(filterScore(agent, parseFilter(text))).toBeGreaterThan(0);
  });

  it.each(['state:working', 'host:local', 'zebra', 'pay zebra', 'state:approve host:docker'])('%s does not', (text) => {
    expect(filterScore(agent, parseFilter(text))).toBe(0);
  });

  it('rank a name above a branch above a text', () => {
    const score = (text: string): number => filterScore(agent, parseFilter(text));
    expect(score('retry')).toBeGreaterThan(score('charge'));
    expect(score('charge')).toBeGreaterThan(score('build'));
  });
});
