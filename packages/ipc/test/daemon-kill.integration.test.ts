import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IpcDaemon } from '@swarm-tui/ipc';
import { expect, it, onTestFinished } from 'vitest';
import { createDirectory, RawPeer } from './daemon-world.ts';

/** Hundreds by hand: `DAEMON_KILL_ROUNDS=300 vitest run …`. */
const rounds = Number(process.env['DAEMON_KILL_ROUNDS'] ?? 10);
const publishers = { p0: 'binary', p1: 'json-lines', p2: 'binary' } as const;

function start(program: string, ...argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  const exited = child && once(child, 'close');
  child?.kill('SIGKILL');
  await exited;
}

/** A durable consumer that checks what it gets: nothing left out, nothing out of order; it may come twice. */
class Reader {
  readonly #stream: string;
  readonly seen: string[] = [];
  #lastSeq = 0;
  #peer: RawPeer | undefined;
  fault: string | undefined;

  constructor(stream: string) {
    this.#stream = stream;
  }

  async connect(socketPath: string): Promise<void> {
    this.#peer?.link.destroy('again');
    const peer = await RawPeer.connect(socketPath, this.#stream === 'p1' ? 'binary' : 'json-lines');
    this.#peer = peer;
    await peer.ask('subscribe', { subjects: [`buffer.${this.#stream}.>`], durable: 'checker', start: 'all' });
  }

  /** Takes what has come, and acknowledges it. */
  read(): void {
    const peer = this.#peer;
    for (const { seq = 0, id, type } of peer?.heard.splice(0) ?? []) {
      if (!type.startsWith('buffer.')) continue;
      if (seq > this.#lastSeq + 1) this.fault ??= `${this.#stream}: ${seq} came after ${this.#lastSeq}`;
      if (seq !== this.#lastSeq + 1) continue;
      this.#lastSeq = seq;
      this.seen.push(id);
    }
    if (this.#lastSeq > 0) peer?.say('consumer_ack', { stream: this.#stream, name: 'checker', seq: this.#lastSeq });
  }
}

async function startDaemon(socketPath: string, directory: string): Promise<ChildProcess> {
  const child = start('daemon-program.ts', socketPath, directory);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

it(`loses no acknowledged message and keeps the order when daemon, publishers and readers are killed ${rounds} times`, {
  timeout: 600_000,
}, async () => {
  const directory = await createDirectory();
  const socketPath = join(directory, 'bus.sock');
  const store = join(directory, 'store');
  const acknowledged = new Set<string>();
  const readers = Object.keys(publishers).map((name) => new Reader(name));
  const running = new Map<string, ChildProcess>();
  let generation = 0;
  const startPublisher = (name: keyof typeof publishers): void => {
    // A name of its own for each life: what a killed one had sent without an answer may be kept or not.
    const child = start('daemon-publisher.ts', socketPath, name, publishers[name], `${generation++}`);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (output + chunk).split('\n');
      output = lines.pop() ?? '';
      for (const line of lines) acknowledged.add(line);
    });
    running.set(name, child);
  };
  let daemon = await startDaemon(socketPath, store);
  for (const name of ['p0', 'p1', 'p2'] as const) startPublisher(name);
  for (let round = 0; round < rounds; round++) {
    for (const reader of readers) await reader.connect(socketPath);
    await sleep(150 + Math.random() * 150);
    for (const reader of readers) reader.read();
    const name = (['p0', 'p1', 'p2'] as const)[round % 3] ?? 'p0';
    if (round % 2 === 0) {
      await kill(running.get(name));
      startPublisher(name);
    }
    await kill(daemon);
    daemon = await startDaemon(socketPath, store);
  }
  for (const child of running.values()) await kill(child);
  await kill(daemon);
  await using last = await IpcDaemon.listen({ socketPath, store: { directory: store } });
  expect((await last.stats()).store.messages).toBeGreaterThanOrEqual(0);
  for (const reader of readers) await reader.connect(socketPath);
  const isDone = (): boolean => {
    for (const reader of readers) reader.read();
    const seen = new Set(readers.flatMap((reader) => reader.seen));
    return [...acknowledged].every((id) => seen.has(id));
  };
  for (let tries = 0; tries < 200 && !isDone(); tries++) await sleep(50);
  const seen = new Set(readers.flatMap((reader) => reader.seen));
  expect([...acknowledged].filter((id) => !seen.has(id))).toEqual([]);
  expect(readers.map(({ fault }) => fault)).toEqual([undefined, undefined, undefined]);
  expect(readers.flatMap((reader) => reader.seen).length).toBe(seen.size);
  expect(acknowledged.size).toBeGreaterThan(rounds * 10);
});
