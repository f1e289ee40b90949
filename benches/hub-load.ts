// Output event to list delta with many agents, over real tmux, the hub process and its socket; and the hub's CPU time.
// `node benches/hub-load.ts [agents] [lines a second] [seconds]`
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectHub, type HubClient, resolveHubPaths } from '@swarm-tui/hub/client';

const [agentCount = 1000, linesPerSecond = 2000, seconds = 20] = process.argv.slice(2).map(Number);
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const stateDirectory = mkdtempSync(join(tmpdir(), 'swarm-load-'));
const socketName = `swarm-load-${process.pid}`;
const server = fileURLToPath(new URL('./hub-load-server.ts', import.meta.url));

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function cpuShare(pid: number, during: () => Promise<unknown>): Promise<number> {
  const [cpu, start] = [cpuSeconds(pid), performance.now()];
  await during();
  return (100 * (cpuSeconds(pid) - cpu)) / ((performance.now() - start) / 1000);
}

async function spawnAgents(hub: HubClient): Promise<void> {
  const spawn = (index: number): Promise<unknown> =>
    hub.request(
      'agent.spawn',
      {
        agentId: `load-${index}`,
        aiProvider: 'shell',
        command: ['sleep', '100000'],
        workingDirectory: '/',
        wait: true,
      },
      { timeoutMs: 300_000 },
    );
  await Promise.all(Array.from({ length: agentCount }, (_, index) => spawn(index)));
}

/** Terminals of all agents: what is written there is output of the agent, without a process that writes it. */
function openTerminals(): readonly number[] {
  const format = '#{pane_current_command} #{pane_tty}';
  const panes = execFileSync('tmux', ['-L', socketName, 'list-panes', '-a', '-F', format], { encoding: 'utf8' });
  // Each agent's window is linked into the hidden session too.
  const paths = new Set(panes.split('\n').filter((line) => line.startsWith('sleep ')));
  const terminals = [...paths].map((line) => line.split(' ')[1] ?? '');
  return terminals.map((path) => openSync(path, 'w'));
}

async function writeLines(terminals: readonly number[]): Promise<number> {
  const [start, total] = [performance.now(), linesPerSecond * seconds];
  let written = 0;
  while (written < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * linesPerSecond));
    for (; written < due; written += 1) {
      const terminal = terminals[written % terminals.length] ?? 0;
      writeSync(
        terminal,
        `compiling module ${written} of the program at=${(performance.timeOrigin + performance.now()).toFixed(2)}\n`,
      );
    }
    await sleep(2);
  }
  return written;
}

interface Delay {
  /** From the write on the terminal to the delta in this process. */
  readonly whole: number;
  /** From the hub's reading it from tmux to the delta in this process; whole milliseconds. */
  readonly fromHub: number;
}

function watchDelays(hub: HubClient): Delay[] {
  const delays: Delay[] = [];
  hub.watchFleet({
    snapshot: () => {},
    delta: ({ changes }) => {
      const now = performance.timeOrigin + performance.now();
      for (const change of changes) {
        const { text = '', outputAt } = change.type === 'patch' ? change.patch : {};
        const at = /at=([\d.]+)$/.exec(text)?.[1];
        if (at !== undefined) delays.push({ whole: now - Number(at), fromHub: now - (outputAt ?? Number.NaN) });
      }
    },
  });
  return delays;
}

function describe(delays: readonly number[]): string {
  const sorted = delays.toSorted((a, b) => a - b);
  return `p50 ${quantile(sorted, 0.5)} ms, p99 ${quantile(sorted, 0.99)} ms, max ${quantile(sorted, 1)} ms`;
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

const paths = resolveHubPaths({ SWARM_TUI_STATE_DIR: stateDirectory });
// The nursery of the default size costs 45 MiB and gains nothing here.
const command = [process.execPath, '--max-semi-space-size=2', server, stateDirectory, socketName];
const hub = await connectHub({ paths, autoStart: { command }, version: '0.0.0' });
try {
  const { pid } = await hub.request('hub.status', {});
  const start = performance.now();
  await spawnAgents(hub);
  console.log(`${agentCount} agents spawned in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  await sleep(5000);
  const idle = await cpuShare(pid, () => sleep(15_000));
  console.log(`idle: hub CPU ${idle.toFixed(2)} % of a core (target 1), ${residentMiB(pid).toFixed(0)} MiB resident`);
  const delays = watchDelays(hub);
  const terminals = openTerminals();
  await sleep(1000);
  delays.length = 0;
  let written = 0;
  const busy = await cpuShare(pid, async () => {
    written = await writeLines(terminals);
  });
  await sleep(500);
  for (const terminal of terminals) closeSync(terminal);
  console.log(`${written} lines in ${seconds} s to ${terminals.length} agents, ${delays.length} seen in deltas`);
  console.log(`event in the hub to delta:  ${describe(delays.map(({ fromHub }) => fromHub))} (target p99 50)`);
  console.log(`write in the agent to delta: ${describe(delays.map(({ whole }) => whole))} (tmux included)`);
  console.log(`hub CPU ${busy.toFixed(1)} % of a core (target 40), ${residentMiB(pid).toFixed(0)} MiB resident`);
} finally {
  await hub.request('hub.stop', {}).catch(() => null);
  await hub[Symbol.asyncDispose]();
  execFileSync('tmux', ['-L', socketName, 'kill-server']);
  rmSync(join(process.env['TMUX_TMPDIR'] ?? '/tmp', `tmux-${process.getuid?.()}`, socketName), { force: true });
  await sleep(500);
  rmSync(stateDirectory, { recursive: true, force: true });
}
