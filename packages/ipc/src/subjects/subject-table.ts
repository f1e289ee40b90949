import { isLiteral } from './pattern.ts';
import { QueueGroup } from './queue-group.ts';
import { SubjectTrie } from './subject-trie.ts';

/** Whom a message on one subject is for. Stays as it is when subscriptions change: a new one is made then. */
export interface SubjectMatch<Subscriber> {
  /** Each gets the message, once, however many patterns of it are met. */
  readonly subscribers: readonly Subscriber[];
  /** Of each group, one gets it. */
  readonly queues: readonly QueueGroup<Subscriber>[];
}

export interface SubjectTableOptions {
  /** Subjects whose match is remembered. @default 4096 */
  readonly maxCached?: number | undefined;
}

interface Holders<Subscriber> {
  readonly plain: Set<Subscriber>;
  readonly queues: Map<string, Set<Subscriber>>;
}

/**
 * Who wants which subject, by pattern (see `matchesPattern`), alone or as a member of a queue. Patterns are taken as they
 * come: who lets strangers subscribe looks for faults with `findPatternFault` first.
 */
export class SubjectTable<Subscriber> {
  readonly #maxCached: number;
  readonly #patterns = new Map<string, Holders<Subscriber>>();
  readonly #trie = new SubjectTrie<Holders<Subscriber>>();
  readonly #cache = new Map<string, SubjectMatch<Subscriber>>();
  readonly #nobody: SubjectMatch<Subscriber> = { subscribers: [], queues: [] };
  #turn = 0;

  constructor({ maxCached = 4096 }: SubjectTableOptions = {}) {
    this.#maxCached = maxCached;
  }

  /** True when `pattern` had nobody before. Adding twice is the same as once. */
  add(pattern: string, subscriber: Subscriber, queue?: string): boolean {
    const known = this.#patterns.get(pattern);
    const holders = known ?? { plain: new Set<Subscriber>(), queues: new Map<string, Set<Subscriber>>() };
    membersOf(holders, queue).add(subscriber);
    if (!known) {
      this.#patterns.set(pattern, holders);
      this.#trie.set(pattern, holders);
    }
    this.#forget(pattern);
    return !known;
  }

  /** True when `pattern` has nobody left because of this call. */
  remove(pattern: string, subscriber: Subscriber, queue?: string): boolean {
    const holders = this.#patterns.get(pattern);
    const members = holders && (queue === undefined ? holders.plain : holders.queues.get(queue));
    if (!members?.delete(subscriber)) return false;
    if (queue !== undefined && members.size === 0) holders?.queues.delete(queue);
    this.#forget(pattern);
    if (holders === undefined || holders.plain.size > 0 || holders.queues.size > 0) return false;
    this.#patterns.delete(pattern);
    this.#trie.set(pattern, undefined);
    return true;
  }

  /** All patterns that somebody holds. */
  patterns(): readonly string[] {
    return [...this.#patterns.keys()];
  }

  /** Whom a message on `subject` is for; remembered, so that a known subject costs one look-up. */
  match(subject: string): SubjectMatch<Subscriber> {
    const known = this.#cache.get(subject);
    if (known) return known;
    const match = this.#join(this.#trie.find(subject));
    if (this.#cache.size >= this.#maxCached) this.#dropOldest();
    this.#cache.set(subject, match);
    return match;
  }

  #join(found: readonly Holders<Subscriber>[]): SubjectMatch<Subscriber> {
    if (found.length === 0) return this.#nobody;
    const subscribers = new Set<Subscriber>();
    const queues = new Map<string, Set<Subscriber>>();
    for (const holders of found) {
      for (const subscriber of holders.plain) subscribers.add(subscriber);
      for (const [name, members] of holders.queues)
        queues.set(name, new Set([...(queues.get(name) ?? []), ...members]));
    }
    this.#turn++;
    return {
      subscribers: [...subscribers],
      queues: [...queues].map(([name, members]) => new QueueGroup(name, [...members], this.#turn)),
    };
  }

  #forget(pattern: string): void {
    if (isLiteral(pattern)) this.#cache.delete(pattern);
    else this.#cache.clear();
  }

  #dropOldest(): void {
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }
}

function membersOf<Subscriber>(holders: Holders<Subscriber>, queue: string | undefined): Set<Subscriber> {
  if (queue === undefined) return holders.plain;
  const known = holders.queues.get(queue);
  if (known) return known;
  const members = new Set<Subscriber>();
  holders.queues.set(queue, members);
  return members;
}
