import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './pattern.ts';
import { QueueGroup } from './queue-group.ts';
import { SubjectTable } from './subject-table.ts';

/** What a table says about a subject, in an order that can be compared. */
function told(table: SubjectTable<string>, subject: string): unknown {
  const { subscribers, queues } = table.match(subject);
  return {
    subscribers: subscribers.toSorted(),
    queues: queues.map(({ name, members }) => `${name}: ${members.toSorted().join()}`).toSorted(),
  };
}

interface Held {
  readonly pattern: string;
  readonly who: string;
  readonly queue: string | undefined;
}

/** The same, by looking at each subscription. */
function expected(held: readonly Held[], subject: string): unknown {
  const met = held.filter(({ pattern }) => matchesPattern(pattern, subject));
  const groups = new Map<string, Set<string>>();
  for (const { queue, who } of met)
    if (queue !== undefined) groups.set(queue, (groups.get(queue) ?? new Set()).add(who));
  return {
    subscribers: [...new Set(met.filter(({ queue }) => queue === undefined).map(({ who }) => who))].toSorted(),
    queues: [...groups].map(([name, members]) => `${name}: ${[...members].toSorted().join()}`).toSorted(),
  };
}

const token = fc.constantFrom('a', 'ab', 'abc', 'b', '');
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
const pattern = fc
  .array(fc.constantFrom('a', 'ab', 'b', '', '*', '>', 'a*', 'ab*', '*a'), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.join('.'));
const step = fc.record({
  isAdding: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.boolean()),
  pattern,
  who: fc.constantFrom('x', 'y', 'z'),
  queue: fc.constantFrom(undefined, 'q', 'r'),
  asked: fc.array(subject, { maxLength: 4 }),
});

describe('SubjectTable', () => {
  it('says the same as a look at each subscription, whatever comes and goes in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 2, 100), (steps, maxCached) => {
        const table = new SubjectTable<string>({ maxCached });
        let held: readonly Held[] = [];
        for (const { isAdding, asked, ...one } of steps) {
          const isOne = (other: Held): boolean => JSON.stringify(other) === JSON.stringify(one);
          const others = held.filter((other) => !isOne(other));
          const isKnown = (all: readonly Held[]): boolean => all.some((other) => other.pattern === one.pattern);
          const after = isAdding ? [...others, one] : others;
          const change = isAdding
            ? table.add(one.pattern, one.who, one.queue)
            : table.remove(one.pattern, one.who, one.queue);
          expect(change).toBe(isKnown(held) !== isKnown(after));
          held = after;
          for (const name of asked) expect(told(table, name)).toEqual(expected(held, name));
        }
        expect(table.patterns().toSorted()).toEqual([...new Set(held.map((one) => one.pattern))].toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it('remembers a match until a subscription that matters changes', () => {
    const table = new SubjectTable<string>();
    table.add('a.b', 'x');
    const first = table.match('a.b');
    table.add('other', 'y');
    expect(table.match('a.b')).toBe(first);
    table.add('a.*', 'y');
    expect(table.match('a.b').subscribers).toEqual(['x', 'y']);
    expect(first.subscribers).toEqual(['x']);
  });

  it('remembers a bounded number of subjects, and answers well beyond it', () => {
    const table = new SubjectTable<string>({ maxCached: 10 });
    table.add('a.*', 'x');
    const first = table.match('a.0');
    const all = Array.from({ length: 50 }, (_, index) => table.match(`a.${index + 1}`).subscribers);
    expect(all).toEqual(Array.from({ length: 50 }, () => ['x']));
    expect(table.match('a.0')).not.toBe(first);
    expect(table.match('a.0')).toEqual(first);
  });

  it('takes names of object properties as any other', () => {
    const table = new SubjectTable<string>();
    table.add('__proto__.constructor', 'x');
    expect(table.match('__proto__.constructor').subscribers).toEqual(['x']);
    expect(table.match('toString').subscribers).toEqual([]);
  });

  it('joins the members of a queue over patterns, and leaves other queues and plain subscribers their own', () => {
    const table = new SubjectTable<string>();
    table.add('jobs.*', 'x', 'workers');
    table.add('jobs.build', 'y', 'workers');
    table.add('jobs.>', 'x', 'workers');
    table.add('jobs.>', 'z', 'auditors');
    table.add('jobs.>', 'w');
    expect(told(table, 'jobs.build')).toEqual({ subscribers: ['w'], queues: ['auditors: z', 'workers: x,y'] });
    table.remove('jobs.build', 'y', 'workers');
    expect(told(table, 'jobs.build')).toEqual({ subscribers: ['w'], queues: ['auditors: z', 'workers: x'] });
  });
});

describe('QueueGroup', () => {
  it('gives each its turn', () => {
    const group = new QueueGroup('q', ['x', 'y', 'z'], 0);
    expect(Array.from({ length: 7 }, () => group.pick(() => true)).join('')).toBe('xyzxyzx');
  });

  it('passes over those without room, and says when none has any', () => {
    const group = new QueueGroup('q', ['x', 'y', 'z'], 1);
    expect(Array.from({ length: 4 }, () => group.pick((member) => member !== 'y')).join('')).toBe('zxzx');
    expect(group.pick(() => false)).toBeUndefined();
    expect(group.pick(() => true)).toBeDefined();
  });
});
