/** Remembers the newest `limit` different ids, to tell what came twice. */
export class RecentIds {
  readonly #limit: number;
  readonly #ids = new Set<string>();
  /** The same in the order they came, round and round: a set takes longer and longer to tell its oldest. */
  readonly #ring: string[] = [];
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True for an id that is not among the remembered ones; from then on it is. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#ids.delete(oldest);
    this.#ring[this.#next] = id;
    this.#next = (this.#next + 1) % this.#limit;
    return true;
  }
}
