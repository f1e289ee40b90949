// The hub under load, in its own process, over real tmux and its socket: how late the list learns of a line of output,
// what that costs, and the memory of hub and UI. `node benches/hub-load.ts [agents] [lines a second] [seconds]`
// With a bundle (`pnpm run build`) hub and UI are the packed program's; without, the hub is built from `dist`.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectHub, type HubClient, resolveHubPaths } from '@swarm-tui/hub/client';
import { hubCommand } from '../packages/tui/src/launch/program-files.ts';
import { type Figure, report } from './report.ts';

const [agentCount = 1000, linesPerSecond = 2000, seconds = 20] = process.argv.slice(2).map(Number);
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const directory = mkdtempSync(join(tmpdir(), 'swarm-load-'));
const sockets = { agents: 'load-agents', ui: 'load-ui', terminal: 'load-terminal' } as const;
const launcher = fileURLToPath(new URL('../packages/tui/bin/swarm-tui.cjs', import.meta.url));
const isBundled = existsSync(new URL('../packages/tui/dist/bundle/main.mjs', import.meta.url));

const figures: Figure[] = [];

for (const name of Object.keys(process.env)) if (/^(TMUX|SWARM_|XDG_)/.test(name)) delete process.env[name];
Object.assign(process.env, {
  HOME: directory,
  TMUX_TMPDIR: directory,
  SWARM_TUI_STATE_DIR: join(directory, 'state'),
  SWARM_TUI_SOCKET: join(directory, 'hub.sock'),
  SWARM_TUI_TMUX_SOCKET: sockets.agents,
  SWARM_TUI_UI_SOCKET: sockets.ui,
});

function tmux(socket: string, ...args: readonly string[]): string {
  return execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Without a bundle the hub's own process, started like the program's. */
function startCommand(): readonly string[] {
  if (isBundled) return hubCommand();
  const server = fileURLToPath(new URL('./hub-load-server.ts', import.meta.url));
  return [process.execPath, '--disable-warning=ExperimentalWarning', server, join(directory, 'state'), sockets.agents];
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMb(pid: number): number {
  return (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
}

/** Share of one core, in percent. */
async function cpuShare(pid: number, during: () => Promise<unknown>): Promise<number> {
  const [cpu, start] = [cpuSeconds(pid), performance.now()];
  await during();
  return (100 * (cpuSeconds(pid) - cpu)) / ((performance.now() - start) / 1000);
}

async function spawnAgents(hub: HubClient): Promise<void> {
  const agent = { aiProvider: 'shell', command: ['sleep', '100000'], workingDirectory: '/', wait: true };
  const spawn = (_: unknown, index: number): Promise<unknown> =>
    hub.request('agent.spawn', { ...agent, agentId: `load-${index}` }, { timeoutMs: 300_000 });
  await Promise.all(Array.from({ length: agentCount }, spawn));
}

/** Terminals of all agents: what is written there is output of the agent, without a process that writes it. */
function openTerminals(): readonly number[] {
  const panes = tmux(sockets.agents, 'list-panes', '-a', '-F', '#{pane_current_command} #{pane_tty}');
  // Each agent's window is linked into the hidden session too.
  const lines = new Set(panes.split('\n').filter((line) => line.startsWith('sleep ')));
  return [...lines].map((line) => openSync(line.split(' ')[1] ?? '', 'w'));
}

async function writeLines(terminals: readonly number[]): Promise<number> {
  const [start, total] = [performance.now(), linesPerSecond * seconds];
  let written = 0;
  while (written < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * linesPerSecond));
    for (; written < due; written += 1) {
      const at = (performance.timeOrigin + performance.now()).toFixed(2);
      writeSync(terminals[written % terminals.length] ?? 0, `compiling module ${written} of the program at=${at}\n`);
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
        if (at === undefined) continue;
        delays.push({ whole: now - Number(at), fromHub: outputAt === undefined ? Number.NaN : now - outputAt });
      }
    },
  });
  return delays;
}

function quantiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The list in its pane, as a person sees it who opens the program; undefined where there is no bundle. */
async function openUi(): Promise<number | undefined> {
  if (!isBundled) return undefined;
  tmux(sockets.terminal, '-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '45', process.execPath, launcher);
  for (let tries = 0; tries < 100; tries += 1) {
    await sleep(100);
    if (!/working|idle|unknown/.test(tmux(sockets.terminal, 'capture-pane', '-p'))) continue;
    const pids = tmux(sockets.ui, 'list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n');
    return pids.map(Number).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('ui-pane'));
  }
  throw new Error(`The UI did not show the list:\n${tmux(sockets.terminal, 'capture-pane', '-p')}`);
}

/** With a target it is one of the figures that `run-all.ts` gathers. */
function row(measure: string, value: number, unit: string, target?: number): void {
  const reach = target === undefined ? '' : `≤ ${target} ${unit}, ${value <= target ? 'kept' : 'MISSED'}`;
  console.log(`| ${measure} | ${value.toFixed(value < 10 ? 2 : 1)} ${unit} | ${reach} |`);
  if (target !== undefined) figures.push({ what: measure, value, unit, reach: { atMost: target } });
}

async function measure(hub: HubClient): Promise<void> {
  const { pid } = await hub.request('hub.status', {});
  console.log('| measure | value | target |\n|---|---|---|');
  const start = performance.now();
  await spawnAgents(hub);
  row(`${agentCount} agents spawned`, (performance.now() - start) / 1000, 's');
  await sleep(4000);
  row('hub CPU idle', await cpuShare(pid, () => sleep(10_000)), '% of a core', 1);
  const delays = watchDelays(hub);
  const terminals = openTerminals();
  await sleep(500);
  delays.length = 0;
  const cpu = await cpuShare(pid, () => writeLines(terminals));
  await sleep(500);
  const [own, whole] = [quantiles(delays.map(({ fromHub }) => fromHub)), quantiles(delays.map((each) => each.whole))];
  row('output event to list delta, p50', own.p50, 'ms');
  row('output event to list delta, p99', own.p99, 'ms', 50);
  row('write in the agent to list delta (tmux included), p50', whole.p50, 'ms');
  row('write in the agent to list delta (tmux included), p99', whole.p99, 'ms');
  row(`hub CPU at ${linesPerSecond} lines/s`, cpu, '% of a core', 40);
  row('hub memory after the load', residentMb(pid), 'MB');
  const ui = await openUi();
  if (ui !== undefined) {
    await writeLines(terminals.slice(0, 50));
    row('UI memory', residentMb(ui), 'MB');
    row('hub and UI memory', residentMb(pid) + residentMb(ui), 'MB', 250);
  }
  for (const terminal of terminals) closeSync(terminal);
}

async function cleanUp(hub: HubClient): Promise<void> {
  await hub.request('hub.stop', {}).catch(() => null);
  await hub[Symbol.asyncDispose]();
  for (const socket of [sockets.terminal, sockets.ui, sockets.agents]) {
    try {
      tmux(socket, 'kill-server');
    } catch {
      // It was never started, or ended by itself.
    }
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

const hub = await connectHub({
  paths: resolveHubPaths(process.env),
  autoStart: { command: startCommand() },
  version: '0.0.0',
});
process.once('SIGINT', () => void cleanUp(hub).finally(() => process.exit(130)));
try {
  await measure(hub);
  for (const figure of figures) report({ ...figure, what: `${figure.what}, ${agentCount} agents` });
} finally {
  await cleanUp(hub);
}
