// Makes a fresh clone ready: pnpm and a new enough Node from the npm registry, packages, build.
// Plain old-syntax-friendly ESM, because the Node that runs this may be as old as 20.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, '.cache', 'setup.json');
const built = join(root, 'packages', 'tui', 'dist', 'bundle', 'main.mjs');

/** Path of the Node that runs everything: the one from the npm package `node`. */
export const node = join(root, 'node_modules', '.bin', 'node');

/** Environment in which `node` and the workspace's tools come first on PATH. */
export function toolEnv() {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
    TURBO_TELEMETRY_DISABLED: '1',
  };
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs pnpm by way of npm, so that nothing has to be installed by hand. Its output goes to stderr. */
function pnpm(...args) {
  const result = spawnSync('npm', ['exec', '--yes', '--package=pnpm@12', '--', 'pnpm', ...args], {
    cwd: root,
    env: toolEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return;
  say(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  say(`"pnpm ${args.join(' ')}" failed${result.error ? `: ${result.error.message}` : ''}. The lines above say why.`);
  process.exit(1);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function writeStamp(stamp) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
}

function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

const sourceFolders = ['src', 'scripts', 'bin'];

/** Newest change of anything that the build reads: a few hundred `stat` calls, some milliseconds. */
function newestSource() {
  let newest = 0;
  const look = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
    if (stat.mtimeMs > newest) newest = stat.mtimeMs;
  };
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name);
    for (const source of sourceFolders) look(join(folder, source));
    look(join(folder, 'package.json'));
    look(join(folder, 'tsconfig.json'));
  }
  look(join(root, 'tsconfig.base.json'));
  return newest;
}

const lockFile = join(root, '.cache', 'setup.lock');

/** Whether whoever made the lock still runs; one that was killed leaves it behind. */
function isLockHeld() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    // empty for the moment between its making and its writing
    if (pid === 0) return Date.now() - statSync(lockFile).mtimeMs < 2000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One at a time: two that install into one clone spoil it for each other. */
function withLock(work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  let hasSaid = false;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isLockHeld()) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!hasSaid) say('Another start is setting up this clone; waiting for it …');
    hasSaid = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  const unlock = () => rmSync(lockFile, { force: true });
  process.once('exit', unlock);
  work();
  process.off('exit', unlock);
  unlock();
}

function isReady() {
  const stamp = readStamp();
  return (
    stamp.installed === hashOf('pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json') &&
    stamp.source === newestSource() &&
    existsSync(node) &&
    existsSync(built)
  );
}

/** Installs and builds what is not up to date. From the second run on it costs a few milliseconds. */
export function setUp() {
  if (!isReady()) withLock(bringUpToDate);
}

function bringUpToDate() {
  const stamp = readStamp();
  const wanted = hashOf('pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json');
  if (stamp.installed !== wanted || !existsSync(node)) {
    say('Setting up: installing packages (up to a minute, only when they changed) …');
    pnpm('install', '--frozen-lockfile');
    writeStamp({ installed: wanted });
  }
  const source = newestSource();
  if (readStamp().source !== source || !existsSync(built)) {
    say('Setting up: building …');
    pnpm('run', 'build');
    writeStamp({ installed: wanted, source });
  }
}
