import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';
import { ClientWorld, startProgram } from './client-world.ts';

const wait = { timeout: 50_000 };
const program = (name: string): string => join(import.meta.dirname, name);

/** A program that prints numbers, which is killed and started again. */
class Runner {
  /** What each process printed. */
  readonly printed: number[][] = [];
  readonly #start: (last: number) => readonly string[];
  #child: ReturnType<typeof startProgram> | undefined;

  constructor(start: (last: number) => readonly string[]) {
    this.#start = start;
  }

  get last(): number {
    return Math.max(-1, ...this.printed.flat());
  }

  start(): void {
    const numbers: number[] = [];
    this.#child = startProgram(...this.#start(this.last));
    this.printed.push(numbers);
    if (this.#child.stdout) createInterface(this.#child.stdout).on('line', (line) => numbers.push(Number(line)));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }
}

it('kills of the daemon, publishers and consumers lose no confirmed message, and keep the order', async () => {
  const world = await ClientWorld.start('binary');
  const publisher = new Runner((last) => [program('publish-program.ts'), world.socketPath, `${last + 1}`]);
  const consumer = new Runner(() => [program('consume-program.ts'), world.socketPath]);
  publisher.start();
  consumer.start();
  for (let round = 0; round < 6; round++) {
    const [published, consumed] = [publisher.last, consumer.last];
    await vi.waitFor(() => expect(publisher.last).toBeGreaterThan(published + 30), wait);
    await vi.waitFor(() => expect(consumer.last).toBeGreaterThan(consumed + 10), wait);
    const victim = [publisher, consumer, world][round % 3];
    if (victim instanceof Runner) {
      await victim.kill();
      victim.start();
    } else {
      await world.killDaemon();
      await world.startDaemon();
    }
  }
  await publisher.kill();
  const confirmed = publisher.last;
  expect(confirmed).toBeGreaterThan(180);
  await vi.waitFor(() => expect(consumer.last).toBeGreaterThanOrEqual(confirmed), wait);
  await consumer.kill();
  for (const [index, numbers] of consumer.printed.entries()) {
    const [first = 0] = numbers;
    // In order and without a gap; a new process begins with what was at hand at the latest.
    expect(numbers).toEqual(numbers.map((_, place) => first + place));
    const before = consumer.printed[index - 1]?.at(-1) ?? -1;
    expect(first).toBeLessThanOrEqual(before + 1);
  }
});
