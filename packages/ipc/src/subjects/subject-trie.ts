import { startOf } from './pattern.ts';

/** Patterns token by token, with a value each. Finds all that a subject meets in a time that hardly depends on their number. */
export class SubjectTrie<Value> {
  readonly #children = new Map<string, SubjectTrie<Value>>();
  readonly #prefixes = new Map<string, Value>();
  #own: Value | undefined;
  #rest: Value | undefined;

  /** Sets the value of `pattern`, or takes it out with undefined. */
  set(pattern: string, value: Value | undefined): void {
    this.#set(pattern.split('.'), 0, value);
  }

  /** The values of the patterns that `subject` meets, each once, in no particular order. */
  find(subject: string): readonly Value[] {
    const found: Value[] = [];
    this.#collect(subject.split('.'), 0, found);
    return found;
  }

  get #isEmpty(): boolean {
    const isLeaf = this.#children.size === 0 && this.#prefixes.size === 0;
    return isLeaf && this.#own === undefined && this.#rest === undefined;
  }

  #set(tokens: readonly string[], index: number, value: Value | undefined): void {
    const token = tokens[index];
    if (token === undefined) {
      this.#own = value;
    } else if (index === tokens.length - 1 && token === '>') {
      this.#rest = value;
    } else {
      this.#setBelow(tokens, index, value);
    }
  }

  #setBelow(tokens: readonly string[], index: number, value: Value | undefined): void {
    const token = tokens[index] ?? '';
    const start = index === tokens.length - 1 ? startOf(token) : undefined;
    if (start !== undefined) {
      if (value === undefined) this.#prefixes.delete(start);
      else this.#prefixes.set(start, value);
      return;
    }
    const child = this.#children.get(token) ?? new SubjectTrie<Value>();
    child.#set(tokens, index + 1, value);
    if (child.#isEmpty) this.#children.delete(token);
    else this.#children.set(token, child);
  }

  #collect(tokens: readonly string[], index: number, found: Value[]): void {
    const token = tokens[index];
    if (token === undefined) {
      if (this.#own !== undefined) found.push(this.#own);
      return;
    }
    if (this.#rest !== undefined) found.push(this.#rest);
    if (index === tokens.length - 1) this.#collectPrefixes(token, found);
    const [child, anyToken] = [this.#children.get(token), this.#children.get('*')];
    if (child) child.#collect(tokens, index + 1, found);
    if (anyToken && anyToken !== child) anyToken.#collect(tokens, index + 1, found);
  }

  #collectPrefixes(token: string, found: Value[]): void {
    if (this.#prefixes.size === 0) return;
    for (let length = 1; length <= token.length; length++) {
      const value = this.#prefixes.get(token.slice(0, length));
      if (value !== undefined) found.push(value);
    }
  }
}
