import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createDirectory, RawPeer } from './daemon-world.ts';
import { ByteCutter, Node, numbered, readStream, reconnect, wait } from './parent-world.ts';
import { createUnixDial, defaultLimits } from '@swarm-tui/ipc';

/** More by hand: `PARENT_KILL_ROUNDS=300 vitest run …`. */
const rounds = Number(process.env['PARENT_KILL_ROUNDS'] ?? 9);
const publishers = { p0: 'binary', p1: 'json-lines', p2: 'binary' } as const;

function start(program: string, ...argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'close');
  child.kill('SIGKILL');
  await exited;
}

async function startDaemon(...argv: readonly string[]): Promise<ChildProcess> {
  const child = start('parent-program.ts', ...argv);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

it(`loses nothing acknowledged, keeps the order and doubles nothing when both daemons and publishers are killed ${rounds} times`, {
  timeout: 900_000,
}, async () => {
  const directory = await createDirectory();
  const path = (name: string): string => join(directory, name);
  const [above, below] = [path('above.sock'), path('below.sock')];
  const acknowledged = new Map<string, string[]>(Object.keys(publishers).map((name) => [name, []]));
  let generation = 0;
  const startPublisher = (name: keyof typeof publishers): ChildProcess => {
    const child = start('daemon-publisher.ts', below, name, publishers[name], `${generation++}`);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (output + chunk).split('\n');
      output = lines.pop() ?? '';
      acknowledged.get(name)?.push(...lines);
    });
    return child;
  };
  const starters = [
    () => startDaemon(above, path('above')),
    () => startDaemon(below, path('below'), above),
    async () => startPublisher('p0'),
    async () => startPublisher('p1'),
    async () => startPublisher('p2'),
  ];
  const running: ChildProcess[] = [];
  for (const starter of starters) running.push(await starter());
  for (let round = 0; round < rounds; round++) {
    await sleep(100 + Math.random() * 200);
    // Parent and child by turns, now and then both at once, and a publisher.
    const victims = new Set([
      round % 2,
      ...(round % 5 === 0 ? [0, 1] : []),
      ...(round % 3 === 0 ? [2 + ((round / 3) % 3)] : []),
    ]);
    for (const index of victims) {
      const [child, starter] = [running[index], starters[index]];
      if (!child || !starter) continue;
      await kill(child);
      running[index] = await starter();
    }
  }
  for (const child of running.slice(2)) await kill(child);
  let total = 0;
  for (const [stream, ids] of acknowledged) {
    total += ids.length;
    const isWanted = new Set(ids);
    const kept = await vi.waitFor(async () => {
      const all = await readStream(above, stream, isWanted.size);
      const there = new Set(all);
      expect(ids.filter((id) => !there.has(id))).toEqual([]);
      return all;
    }, wait);
    expect(new Set(kept).size).toBe(kept.length);
    // Each life of a publisher numbers its messages, and has eight of them on their way at a time.
    for (const life of new Set(kept.map((id) => id.split('-')[1]))) {
      const numbers = kept.filter((id) => id.split('-')[1] === life).map((id) => Number(id.split('-')[2]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  }
  expect(total).toBeGreaterThan(rounds * 10);
});

it('a link that is cut behind each of its bytes loses nothing, keeps the order and doubles nothing', {
  timeout: 300_000,
}, async () => {
  const directory = await createDirectory();
  const parent = new Node(directory, 'parent');
  const child = new Node(directory, 'child');
  await parent.start();
  const cutter = await new ByteCutter(join(directory, 'cut.sock')).start(parent.socketPath);
  cutter.bytes = 1;
  const dial = createUnixDial(cutter.socketPath, 'binary', { ...defaultLimits, handshakeMs: 2000 });
  await child.start({ parent: { dial, taskspaces: ['ts-1'], reconnect: { ...reconnect, maxMs: 2, initialMs: 1 } } });
  const agent = await RawPeer.connect(child.socketPath, 'binary');
  let count = 0;
  const receivedByParent = async (): Promise<number> => (await parent.daemon.stats()).store.messages;
  // Each connection gets a few bytes more than the one before; handshake and registration take about 900.
  for (let bytes = 1; bytes < 2200; bytes += bytes % 7 === 0 ? 13 : 11) {
    const before = cutter.cuts;
    cutter.bytes = bytes;
    await agent.ask('buffer.ts-1.n', count, { id: `ts-1-${count++}` });
    await vi.waitFor(async () => {
      if (cutter.cuts === before && (await receivedByParent()) < count) throw new Error('neither cut nor through');
    }, wait);
  }
  expect(cutter.cuts).toBeGreaterThan(80);
  cutter.bytes = Number.POSITIVE_INFINITY;
  expect(await readStream(parent.socketPath, 'ts-1', count)).toEqual(numbered('ts-1', count));
  await vi.waitFor(async () => expect((await child.daemon.stats()).store.messages).toBe(0), wait);
});
