// A line of output to the list delta that tells it: 1,000 agents in a real tmux, 2,000 lines a second in all.
// One process holds the fleet with its log on disk and is what is measured; a driver process writes the lines.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalRuntime, RuntimeManager } from '@swarm-tui/core';
import { Fleet, openEventLog } from '@swarm-tui/hub';
import { createProviderRegistry } from '@swarm-tui/providers';

const agents = Number(process.env['AGENTS'] ?? 1_000);
const linesPerSecond = Number(process.env['LINES'] ?? 2_000);
const runMs = 20_000;
const idleMs = 20_000;
const tickMs = 10;

/** Writes lines that hold the time of writing, round-robin to all terminals. */
async function drive(terminals: readonly string[]): Promise<void> {
  const files = await Promise.all(terminals.map((path) => open(path, 'w')));
  const end = Date.now() + runMs;
  const startedAt = Date.now();
  let written = 0;
  while (Date.now() < end) {
    const due = Math.floor(((Date.now() - startedAt) * linesPerSecond) / 1_000);
    const writes: Promise<unknown>[] = [];
    for (; written < due; written += 1)
      writes.push(
        files[written % files.length]?.write(`at ${Date.now()} some words of an agent, line ${written}\n`) ??
          Promise.resolve(),
      );
    await Promise.all(writes);
    await delay(tickMs);
  }
  console.log(written);
}

interface Load {
  readonly cpuPercent: number;
  readonly rssMiB: number;
}

/** Share of one core that this process took while `work` went on. */
async function measureLoad(work: () => Promise<unknown>): Promise<Load> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    cpuPercent: (user + system) / 10 / (performance.now() - startedAt),
    rssMiB: process.memoryUsage().rss / 2 ** 20,
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
  const socketName = `bench-${randomBytes(6).toString('hex')}`;
  const { TMUX: _server, TMUX_PANE: _pane, ...ownEnv } = process.env;
  const env = { ...ownEnv, TMUX_TMPDIR: directory };
  const runtimes = new RuntimeManager();
  runtimes.register('local', new LocalRuntime({ socketName, configDirectory: directory, env }));
  const log = await openEventLog({ directory });
  const fleet = await Fleet.open({ runtimes, providers: createProviderRegistry(), log });
  try {
    const context = { signal: new AbortController().signal, client: 'bench' };
    const spawnedAt = performance.now();
    const config = {
      aiProvider: 'line-printer',
      command: ['sleep', '86400'],
      workingDirectory: directory,
      env: { PATH: env['PATH'] ?? '' },
      wait: true,
    };
    await Promise.all(
      Array.from({ length: agents }, (_, index) =>
        fleet.handle('agent.spawn', { ...config, name: `agent-${index}` }, context),
      ),
    );
    console.log(`${agents} agents spawned in ${((performance.now() - spawnedAt) / 1000).toFixed(1)} s`);
    const terminals = execFileSync(
      'tmux',
      ['-L', socketName, 'list-panes', '-a', '-f', '#{!=:#{session_name},_swarm}', '-F', '#{pane_tty}'],
      { env, encoding: 'utf8' },
    )
      .trim()
      .split('\n');
    await delay(10_000);

    const delays: number[] = [];
    let deltas = 0;
    let patches = 0;
    const stop = fleet.subscribe({
      delta: ({ changes }) => {
        deltas += 1;
        for (const change of changes) {
          const written = change.type === 'patch' ? /^at (\d+) /.exec(change.patch.text ?? '')?.[1] : undefined;
          if (written === undefined) continue;
          patches += 1;
          delays.push(Date.now() - Number(written));
        }
      },
    });
    const driver = spawn(process.execPath, [fileURLToPath(import.meta.url), '--drive'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    driver.stdin.end(JSON.stringify(terminals));
    let written = '';
    driver.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    const busy = await measureLoad(() => new Promise((resolve) => driver.once('close', resolve)));
    stop();
    await delay(5_000);
    const idle = await measureLoad(() => delay(idleMs));
    const sorted = delays.toSorted((one, other) => one - other);
    const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
    console.log(
      `${written.trim()} lines in ${runMs / 1000} s over ${terminals.length} agents; ${patches} text patches in ${deltas} deltas`,
    );
    console.log(
      `output event to list delta: p50 ${p50} ms, p99 ${p99} ms (target p99 50 ms), most ${sorted.at(-1)} ms`,
    );
    console.log(
      `hub CPU busy ${busy.cpuPercent.toFixed(1)} % of a core (target 40 %), idle ${idle.cpuPercent.toFixed(2)} % (target 1 %)`,
    );
    console.log(`hub memory ${busy.rssMiB.toFixed(0)} MiB busy, ${idle.rssMiB.toFixed(0)} MiB idle`);
  } finally {
    await fleet[Symbol.asyncDispose]();
    await runtimes[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
    execFileSync('tmux', ['-L', socketName, 'kill-server'], { env });
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv.includes('--drive')) {
  let input = '';
  for await (const chunk of process.stdin) input += String(chunk);
  await drive(JSON.parse(input));
} else {
  await run();
}
