// 100 agents from spawn to ready (the program's first output line seen), against bare `tmux new-session` processes one
// after the other. Both sides start the same program with the same environment on a fresh tmux server, in turns.
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalRuntime } from '@swarm-tui/core';
import { report } from './report.ts';

const count = Number(process.argv[2] ?? 100);
const rounds = Number(process.argv[3] ?? 5);
const program = ['sh', '-c', 'echo ready; exec sleep 1000'] as const;
const run = promisify(execFile);
const { TMUX: _server, TMUX_PANE: _pane, ...env } = process.env;

async function withHome<Value>(work: (home: string) => Promise<Value>): Promise<Value> {
  const home = await mkdtemp(join(tmpdir(), 'swarm-bench-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Milliseconds until the first line of every bare session was seen. */
function measureBare(): Promise<number> {
  return withHome(async (home) => {
    const tmux = ['-L', `swarm-bench-${randomUUID()}`, '-f', '/dev/null'];
    await run('tmux', [...tmux, 'new-session', '-d', '-s', 'first', 'cat'], { env });
    // the peer's first lines are seen by the cheapest means there is: each program also writes to one pipe
    const fifo = join(home, 'fifo');
    await run('mkfifo', [fifo]);
    const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'ignore'] });
    const holder = spawn('sh', ['-c', `exec sleep 1000 > ${fifo}`], { stdio: 'ignore' });
    const seen = Promise.withResolvers<void>();
    let lines = 0;
    reader.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
      if (lines >= count) seen.resolve();
    });
    // started from a shell's loop, which costs less than starting each from Node
    const each = `sh -c 'echo ready; echo ready > ${fifo}; exec sleep 1000'`;
    const loop = `i=0; while [ $i -lt ${count} ]; do tmux "$@" new-session -d -s bare-$i -x 160 -y 50 ${each}; i=$((i+1)); done`;
    const begin = performance.now();
    await run('sh', ['-c', loop, 'sh', ...tmux], { env });
    await seen.promise;
    const ms = performance.now() - begin;
    await run('tmux', [...tmux, 'kill-server'], { env });
    reader.kill();
    holder.kill();
    return ms;
  });
}

/** Milliseconds until the first line of every agent was heard over the control connection. */
function measureOurs(): Promise<number> {
  return withHome(async (home) => {
    const socketName = `swarm-bench-${randomUUID()}`;
    await using runtime = new LocalRuntime({ socketName, configDirectory: home, env });
    await runtime.ping();
    const seen = Promise.withResolvers<void>();
    const heard = new Set<string>();
    runtime.watch((event) => {
      if (event.type !== 'output') return;
      heard.add(event.agentId);
      if (heard.size === count) seen.resolve();
    });
    const begin = performance.now();
    const configs = Array.from({ length: count }, (_, index) => ({
      agentId: `bench-${index}`,
      aiProvider: 'shell',
      workingDirectory: home,
      command: [...program],
    }));
    await Promise.all(configs.map((config) => runtime.spawnAgent(config)));
    await seen.promise;
    const ms = performance.now() - begin;
    await run('tmux', ['-L', socketName, 'kill-server'], { env });
    return ms;
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const bare: number[] = [];
const ours: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  bare.push(await measureBare());
  ours.push(await measureOurs());
}
const [bareMs, oursMs] = [median(bare), median(ours)];
console.log(
  `bare tmux new-session, one after the other: ${bareMs.toFixed(0)} ms for ${count} (${(bareMs / count).toFixed(2)} ms each)`,
);
console.log(
  `LocalRuntime.spawnAgent:                    ${oursMs.toFixed(0)} ms for ${count} (${(oursMs / count).toFixed(2)} ms each)`,
);
console.log(`ratio ${(oursMs / bareMs).toFixed(2)}× (target ≤ 1.00×), median of ${rounds} rounds`);
report({
  what: `spawn to ready, ${count} agents`,
  against: 'bare `tmux new-session` processes one after the other',
  value: oursMs / bareMs,
  unit: 'x its time',
  reach: { atMost: 1 },
});
