import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeNats, NatsServer } from './nats-server.ts';

const count = 20_000;

/** Network namespaces need root, and a kernel that has them. */
function findReason(): string {
  const name = `bus-${process.pid}-probe`;
  const made = spawnSync('ip', ['netns', 'add', name]).status === 0;
  if (made) spawnSync('ip', ['netns', 'delete', name]);
  return made ? '' : ' (not run: no network namespaces can be made here)';
}

/** Two machines with a cable between them. */
class TwoMachines implements Disposable {
  readonly #names: readonly [string, string];
  readonly #host: string;

  constructor() {
    const number = randomInt(1, 250);
    this.#host = `10.217.${number}`;
    const [near, far] = (this.#names = [`bus-${process.pid}-${number}a`, `bus-${process.pid}-${number}b`]);
    for (const name of this.#names) ip('netns', 'add', name);
    ip('link', 'add', 'cable0', 'netns', near, 'type', 'veth', 'peer', 'name', 'cable0', 'netns', far);
    for (const [index, name] of this.#names.entries()) {
      ip('-n', name, 'address', 'add', `${this.#host}.${index + 1}/24`, 'dev', 'cable0');
      ip('-n', name, 'link', 'set', 'cable0', 'up');
    }
  }

  get serverHost(): string {
    return `${this.#host}.1`;
  }

  on(machine: 0 | 1): readonly string[] {
    return ['ip', 'netns', 'exec', this.#names[machine]];
  }

  set cable(state: 'up' | 'down') {
    ip('-n', this.#names[1], 'link', 'set', 'cable0', state);
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) ip('netns', 'delete', name);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

/** The program on a machine, and the lines that it printed. */
function start(prefix: readonly string[], ...args: readonly string[]) {
  const [program = '', ...rest] = [...prefix, process.execPath, join(import.meta.dirname, 'bus-program.ts'), ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const exited = once(child, 'close');
  return {
    exited,
    lines: (): readonly unknown[] =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

const reason = findReason();

describeNats('a bus between machines', () => {
  describe.skipIf(reason !== '')(`with network namespaces${reason}`, () => {
    it('loses and doubles nothing when the cable is pulled and put back', async () => {
      const machines = new TwoMachines();
      onTestFinished(() => machines[Symbol.dispose]());
      const server = await NatsServer.start({ host: machines.serverHost, prefix: machines.on(0) });
      onTestFinished(() => server[Symbol.asyncDispose]());
      const reader = start(machines.on(1), 'read', server.address, String(count));
      await vi.waitUntil(() => reader.lines().includes('ready'), { timeout: 30_000 });
      const publisher = start(machines.on(1), 'publish', server.address, String(count));
      for (let round = 0; round < 3; round += 1) {
        const known = reader.lines().length;
        await vi.waitUntil(() => reader.lines().length > known + 200, { timeout: 30_000 });
        machines.cable = 'down';
        await vi.waitUntil(() => publisher.lines().at(-1) === 'lost', { timeout: 30_000 });
        await sleep(100);
        machines.cable = 'up';
        await vi.waitUntil(() => publisher.lines().at(-1) === 'connected', { timeout: 30_000 });
      }
      expect(await publisher.exited).toEqual([0, null]);
      expect(await reader.exited).toEqual([0, null]);
      const [, ...got] = reader.lines();
      expect(got).toEqual(Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, payload: index })));
    }, 180_000);
  });
});
