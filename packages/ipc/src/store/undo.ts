/** Takes back, last first, what a transaction changed in memory. */
export class Undo {
  #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  committed(): void {
    this.#steps = [];
  }

  rolledBack(): void {
    const steps = this.#steps;
    this.#steps = [];
    for (const step of steps.toReversed()) step();
  }
}
