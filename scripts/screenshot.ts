// Takes the README's pictures from the real program with simulated agents: node scripts/screenshot.ts
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ansiToSvg } from './ansi-to-svg.ts';

const root = dirname(import.meta.dirname);
const launcher = join(root, 'packages', 'tui', 'bin', 'swarm-tui.cjs');
const world = mkdtempSync(join(tmpdir(), 'swarm-shot-'));
const project = join(world, 'work', 'shop-api');
for (const name of ['home', 'run', 'tmux']) mkdirSync(join(world, name), { mode: 0o700 });
mkdirSync(project, { recursive: true });

const env = {
  PATH: process.env['PATH'],
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  COLORTERM: 'truecolor',
  SHELL: '/bin/sh',
  HOME: join(world, 'home'),
  XDG_RUNTIME_DIR: join(world, 'run'),
  TMUX_TMPDIR: join(world, 'tmux'),
  GIT_CONFIG_GLOBAL: '/dev/null',
};

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { env, cwd: project, encoding: 'utf8' });
}

const swarm = (...args: readonly string[]): string => run(process.execPath, launcher, ...args);
const outer = (...args: readonly string[]): string => run('tmux', '-L', 'outer', '-f', '/dev/null', ...args);

function git(...args: readonly string[]): void {
  run('git', '-c', 'user.name=you', '-c', 'user.email=you@example.org', ...args);
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    outer('send-keys', '-t', 'shot', key);
    await sleep(400);
  }
}

function shoot(name: string, columns: number, title: string): void {
  const lines = outer('capture-pane', '-e', '-p', '-t', 'shot').replace(/\n$/, '').split('\n');
  mkdirSync(join(root, 'docs', 'screens'), { recursive: true });
  writeFileSync(join(root, 'docs', 'screens', `${name}.svg`), ansiToSvg(lines, columns, title));
  process.stdout.write(`docs/screens/${name}.svg\n`);
}

try {
  git('init', '-q', '-b', 'main');
  writeFileSync(join(project, 'charge.ts'), 'export const tries = 1;\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  swarm('demo');
  swarm(
    'spawn',
    'shell',
    '',
    '--name',
    'dev-server',
    '--worktree',
    'feat/checkout',
    '--',
    'sh',
    '-c',
    'seq 40 > notes.txt; echo listening on 4000; exec sleep 1000',
  );
  outer(
    'set-option',
    '-g',
    'status',
    'off',
    ';',
    'new-session',
    '-d',
    '-s',
    'shot',
    '-x',
    '120',
    '-y',
    '36',
    '-c',
    project,
    'env',
    '-u',
    'TMUX',
    process.execPath,
    launcher,
  );
  outer('set-option', '-as', 'terminal-overrides', ',*:Tc');
  await sleep(9000);
  shoot('list', 120, 'The list of agents, those that need you first, with a live preview');
  await press('|');
  await sleep(1500);
  await press('j', '-');
  await sleep(2500);
  shoot('splits', 120, 'Two agents in real tmux panes beside the list');
} finally {
  for (const socket of ['outer', 'swarm-ui', 'swarm-agents']) {
    try {
      run('tmux', '-L', socket, 'kill-server');
    } catch {
      // it had ended already
    }
  }
  try {
    swarm('hub', 'stop');
  } finally {
    rmSync(world, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
