// Processes that hub, UI and tmux servers start while 100 agents work and nobody does anything: there should be none.
// Threads do not count. `node benches/steady-forks.ts [seconds]`, 60 by default; needs strace. Build first: npm run build.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';
import { PackedWorld } from './packed-world.ts';
import { report } from './report.ts';

const seconds = Number(process.argv[2] ?? 60);
const agents = 100;
/** Git figures of new agents and the start of the UI are no steady state. */
const settleMs = 25_000;

await using world = new PackedWorld();

function tmux(socket: string, ...args: readonly string[]): string {
  return execFileSync('tmux', ['-L', socket, ...args], { env: world.env, encoding: 'utf8' }).trim();
}

function git(...args: readonly string[]): void {
  const person = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  execFileSync('git', ['-C', world.directory, ...person, ...args], { env: world.env, stdio: 'ignore' });
}

/** Terminals of all agents: what is written there is output of the agent, without a process that writes it. */
function openTerminals(): readonly number[] {
  const panes = tmux('swarm-agents', 'list-panes', '-a', '-F', '#{pane_current_command} #{pane_tty}').split('\n');
  // each agent's window is linked into the hidden session too
  const lines = new Set(panes.filter((line) => line.startsWith('sleep ')));
  return [...lines].map((line) => openSync(line.split(' ')[1] ?? '', 'w'));
}

/** Each agent writes a line a second. */
async function work(terminals: readonly number[], ms: number): Promise<void> {
  const end = performance.now() + ms;
  for (let written = 0; performance.now() < end; written += 1) {
    writeSync(terminals[written % terminals.length] ?? 0, `compiling module ${written} of the program\n`);
    await sleep(1000 / agents);
  }
}

async function findHub(): Promise<number> {
  await using hub = await connectHub({ paths: resolveHubPaths(world.env), autoStart: null, version: '0.1.0' });
  return (await hub.request('hub.status', {})).pid;
}

async function findUi(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    await sleep(100);
    const pids = tmux('swarm-ui', 'list-panes', '-a', '-F', '#{pane_pid}').split('\n').map(Number);
    const found = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('ui-pane'));
    if (found !== undefined) return found;
  }
  throw new Error('the UI did not start');
}

const proof = 'swarm-bench-proof';

/** Takes the process out that was started to see whether strace sees any. */
function withoutProof(calls: readonly string[]): readonly string[] {
  const pid = calls.find((call) => call.includes(proof))?.split(' ')[0];
  if (pid === undefined) throw new Error('strace does not see what the tmux server starts');
  return calls.filter((call) => !call.startsWith(`${pid} `) && !call.endsWith(`= ${pid}`));
}

function describe(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

git('init', '-q');
git('commit', '-q', '--allow-empty', '-m', 'start');
await world.startAgents(agents);
const line = `stty rows 45 cols 120; exec '${process.execPath}' '${world.launcher}'`;
const terminal = spawn('script', ['-qfec', line, '/dev/null'], { env: world.env, stdio: ['pipe', 'ignore', 'ignore'] });
const terminals = openTerminals();
try {
  await work(terminals, settleMs);
  const servers = ['swarm-agents', 'swarm-ui'].map((socket) => Number(tmux(socket, 'display-message', '-p', '#{pid}')));
  const pids = [await findHub(), await findUi(), ...servers];
  const log = join(world.directory, 'strace.log');
  const attach = pids.flatMap((pid) => ['-p', String(pid)]);
  const tracer = spawn('strace', ['-f', '-qq', '-s', '200', '-e', 'trace=process', '-o', log, ...attach], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(tracer, 'exit');
  await work(terminals, seconds * 1000);
  // a process that is started on purpose: were it not seen, the count would mean nothing
  tmux('swarm-ui', 'run-shell', `true ${proof}`);
  tracer.kill('SIGINT');
  await ended;
  const calls = withoutProof(readFileSync(log, 'utf8').split('\n'));
  const forks = calls.filter((call) => /\b(?:v?fork|clone3?)\(/.test(call) && !call.includes('CLONE_THREAD'));
  const started = calls.filter((call) => /\bexecve\(/.test(call));
  for (const pid of pids) console.log(`traced ${pid}: ${describe(pid)}`);
  for (const call of [...forks, ...started]) console.log(call);
  console.log(`${forks.length} processes forked in ${seconds} s (target 0)`);
  report({
    what: `processes forked by hub, UI and tmux servers in ${seconds} s, ${agents} agents working`,
    value: forks.length,
    unit: 'forks',
    reach: { atMost: 0 },
  });
} finally {
  for (const open of terminals) closeSync(open);
  terminal.kill('SIGKILL');
}
