/**
 * Who wants which subject. A pattern is a subject, or a prefix that ends in `*`.
 * A subscriber with several patterns that match gets a message once.
 */
export class SubscriptionTable<Subscriber> {
  readonly #exact = new Map<string, Set<Subscriber>>();
  readonly #prefixes = new Map<string, Set<Subscriber>>();

  /** True when `pattern` had no subscriber before. Adding twice is the same as once. */
  add(pattern: string, subscriber: Subscriber): boolean {
    const [table, key] = this.#locate(pattern);
    const subscribers = table.get(key);
    if (subscribers) {
      subscribers.add(subscriber);
      return false;
    }
    table.set(key, new Set([subscriber]));
    return true;
  }

  /** True when `pattern` has no subscriber left because of this call. */
  remove(pattern: string, subscriber: Subscriber): boolean {
    const [table, key] = this.#locate(pattern);
    const subscribers = table.get(key);
    if (!subscribers?.delete(subscriber) || subscribers.size > 0) return false;
    return table.delete(key);
  }

  /** All patterns that have a subscriber. */
  patterns(): readonly string[] {
    return [...this.#exact.keys(), ...[...this.#prefixes.keys()].map((prefix) => `${prefix}*`)];
  }

  /** Subscribers of `subject`, each once. */
  match(subject: string): ReadonlySet<Subscriber> {
    const exact = this.#exact.get(subject) ?? new Set<Subscriber>();
    if (this.#prefixes.size === 0) return exact;
    const matched = new Set(exact);
    for (const [prefix, subscribers] of this.#prefixes) {
      if (subject.startsWith(prefix)) for (const subscriber of subscribers) matched.add(subscriber);
    }
    return matched;
  }

  #locate(pattern: string): readonly [Map<string, Set<Subscriber>>, string] {
    return pattern.endsWith('*') ? [this.#prefixes, pattern.slice(0, -1)] : [this.#exact, pattern];
  }
}
