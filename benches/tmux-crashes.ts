// How often tmux dies, and all agents with it, of what we do to it. Not timed. Rounds as the first argument (40), faults as the others:
//   leaving   a hub is killed with -9 while its successor connects, and its control client leaves at that moment
//   takeover  the same of a hub that stands still, whose control client cannot leave: its output is unread
//   reaped    the hidden session is killed while the hub stands still, its output unread
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalRuntime } from '@swarm-tui/core';
import { report } from './report.ts';

const rounds = Number(process.argv[2] ?? 40);
const wanted = process.argv.slice(3);
const agentCount = 12;
const directory = mkdtempSync(join(tmpdir(), 'swbench-'));
const { TMUX: _server, TMUX_PANE: _pane, ...rest } = process.env;
const env = { ...rest, TMUX_TMPDIR: directory, HOME: directory };
const socketName = 'crashes';
const program = join(import.meta.dirname, 'fixtures', 'connect-when-told.ts');

function tmux(...args: readonly string[]): string {
  return execFileSync('tmux', ['-L', socketName, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function serverPid(): string {
  try {
    return tmux('display-message', '-p', '#{pid}');
  } catch {
    return 'none';
  }
}

async function said(hub: ChildProcessWithoutNullStreams, word: string): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  for (;;) {
    const [chunk] = await once(hub.stdout, 'data', { signal });
    if (String(chunk).includes(word)) return String(chunk);
  }
}

async function loadHub(): Promise<ChildProcessWithoutNullStreams> {
  const hub = spawn(process.execPath, [program, socketName, directory], { env, stdio: 'pipe' });
  await said(hub, 'loaded');
  return hub;
}

async function connect(hub: ChildProcessWithoutNullStreams): Promise<void> {
  const connected = said(hub, 'ed ');
  hub.stdin.write('go\n');
  await connected;
}

async function spawnAgents(): Promise<void> {
  await using runtime = new LocalRuntime({ socketName, configDirectory: directory, env });
  const noise = 'while :; do head -c 20000 /dev/zero | tr "\\0" x; sleep 0.02; done';
  const command = ['sh', '-c', noise];
  for (let index = 0; index < agentCount; index += 1) {
    await runtime.spawnAgent({
      agentId: `agent-${index}`,
      aiProvider: 'custom',
      name: `agent-${index}`,
      command,
      workingDirectory: directory,
    });
  }
}

type Fault = (round: number) => Promise<readonly ChildProcessWithoutNullStreams[]>;

/** A successor comes a little before, with or after the death, a little differently in each round. */
async function succeed(round: number, isStopped: boolean): Promise<readonly ChildProcessWithoutNullStreams[]> {
  const [old, next] = await Promise.all([loadHub(), loadHub()]);
  await connect(old);
  if (isStopped) old.kill('SIGSTOP');
  await delay(400);
  const offsetMs = (round % 20) - 5;
  if (offsetMs > 0) setTimeout(() => old.kill('SIGKILL'), offsetMs);
  const connected = connect(next);
  if (offsetMs <= 0) old.kill('SIGKILL');
  await connected.catch(() => undefined);
  return [old, next];
}

const faults: Readonly<Record<string, Fault>> = {
  leaving: (round) => succeed(round, false),
  takeover: (round) => succeed(round, true),
  reaped: async () => {
    const hub = await loadHub();
    await connect(hub);
    hub.kill('SIGSTOP');
    await delay(400);
    tmux('kill-session', '-t', '=_swarm');
    await delay(2500);
    hub.kill('SIGCONT');
    return [hub];
  },
};

async function countCrashes(fault: Fault): Promise<number> {
  let crashes = 0;
  await spawnAgents();
  let server = serverPid();
  for (let round = 0; round < rounds; round += 1) {
    const hubs = await fault(round).catch(() => []);
    await delay(300);
    for (const hub of hubs) hub.kill('SIGKILL');
    // their clients leave now, and tmux looks after its subscriptions once a second
    await delay(1200);
    if (serverPid() === server) continue;
    crashes += 1;
    await spawnAgents();
    server = serverPid();
  }
  if (serverPid() !== 'none') await killServer();
  return crashes;
}

async function killServer(): Promise<void> {
  // a client whose reader was killed while its output was unread stays for ever, and the server waits for it
  const clients = tmux('list-clients', '-F', '#{client_pid}').split('\n').filter(Boolean);
  for (const pid of clients) process.kill(Number(pid), 'SIGKILL');
  tmux('kill-server');
  while (serverPid() !== 'none') await delay(50);
}

try {
  for (const [name, fault] of Object.entries(faults)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const value = await countCrashes(fault);
    report({ what: `tmux servers lost in ${rounds} rounds: ${name}`, value, unit: 'servers', reach: { atMost: 0 } });
  }
} finally {
  if (serverPid() !== 'none') await killServer();
  rmSync(directory, { recursive: true, force: true });
}
