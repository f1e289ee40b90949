import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEventLog } from '../src/log/open-event-log.ts';
import { program } from './hub-command.ts';
import { seededRandom } from './seeded-random.ts';

const workerUrl = new URL('../src/log/log-worker.ts', import.meta.url);

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-faults-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs the writer, kills it `afterMs` after its first acknowledgement, and gives the numbers it had printed. */
async function writeUntilKilled(directory: string, afterMs: number): Promise<readonly number[]> {
  const [node = '', ...args] = program('./append-program.ts', directory, '100000');
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  await sleep(afterMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  // The last line may be cut.
  return output.split('\n').slice(0, -1).map(Number);
}

it('keeps every acknowledged event when the writer is killed at any moment, eight times in a row', async () => {
  const directory = createDirectory();
  const random = seededRandom();
  const acknowledged = new Set<number>();
  for (let round = 0; round < 8; round += 1) {
    for (const seq of await writeUntilKilled(directory, random() * 150)) acknowledged.add(seq);
    await using log = await openEventLog({ directory, workerUrl });
    expect(log.damage).toBeNull();
    const saved = await log.loadState();
    const { firstSeq, lastSeq, events } = await log.stats();
    const newest = Math.max(...acknowledged);
    expect(lastSeq).toBeGreaterThanOrEqual(newest + 1);
    // No holes, and whatever compaction took is in the saved state.
    expect(events).toBe(lastSeq - firstSeq + 1);
    expect(firstSeq).toBeLessThanOrEqual((saved?.seq ?? 0) + 1);
    // Two events were appended together: never one without the other.
    const tail = await log.read(Math.max(firstSeq - 1, newest - 1), 1000);
    expect(tail.map(({ event }) => event.type).slice(0, 2)).toEqual(['agent.renamed', 'agent.seen']);
    expect(lastSeq % 2).toBe(0);
  }
  expect(acknowledged.size).toBeGreaterThan(8);
});

/** Mounts a small disk that only the tested process sees; null where this user may not. */
const mountPrefix = findMountPrefix();

function run([command = '', ...args]: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function findMountPrefix(): readonly string[] | null {
  const prefix = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
  try {
    run([...prefix, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', tmpdir()]);
    return prefix;
  } catch {
    return null;
  }
}

/** What `full-disk-program.ts` reports from a disk of its own that was mounted with these options. */
function runOnDisk(
  options: string,
  what = 'log',
): Record<string, unknown> & { readonly failure: Record<string, unknown> } {
  const disk = createDirectory();
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"';
  const prefix = [...(mountPrefix ?? []), 'sh', '-c', script, 'sh', options, disk];
  return JSON.parse(run([...prefix, ...program('./full-disk-program.ts', disk, what)]));
}

describe.skipIf(mountPrefix === null)('on a disk of its own (needs a mount namespace)', () => {
  it('rejects what does not fit on a full disk, keeps the rest, and goes on when there is room', () => {
    const report = runOnDisk('size=600k');
    expect(report.failure).toMatchObject({
      code: 'log-failed',
      message: expect.stringContaining('disk is full'),
      hint: expect.stringContaining('Free space'),
    });
    const acknowledged = Number(report['acknowledged']);
    expect(acknowledged).toBeGreaterThan(0);
    expect(report).toMatchObject({ found: acknowledged, afterRoom: acknowledged + 1 });
  });

  it('does nothing that cannot be logged, says why, and goes on when there is room', () => {
    const full = { code: 'log-failed', message: expect.stringContaining('disk is full'), hint: expect.any(String) };
    expect(runOnDisk('size=600k', 'fleet')).toEqual({
      failures: [full, full],
      during: ['old', 'old', 'running'],
      agents: 1,
      after: ['new', 'new', 'running'],
    });
  });

  it('says what to do when the state directory is read-only', () => {
    const report = runOnDisk('ro');
    expect(report.failure).toMatchObject({ code: 'state-unwritable', hint: expect.stringContaining('writable') });
  });
});
