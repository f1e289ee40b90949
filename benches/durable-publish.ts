// Messages that are on the disk before they are acknowledged: the store of packages/ipc with 64 publishers at once, against
// one INSERT and COMMIT per message with synchronous=FULL on the same disk. Then strace counts the syncs (needs strace).
// `node benches/durable-publish.ts [messages] [directory on a real disk]`
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openMessageStore } from '@swarm-tui/ipc';
import { report } from './report.ts';

const [messages = '60000', place = fileURLToPath(new URL('../node_modules/.cache', import.meta.url)), mode] =
  process.argv.slice(2);
const body = Buffer.alloc(128, 'x');
const limits = { messagesPerStream: 10_000_000, totalBytes: 8e9 };
const rounds = 5;

function fileSystem(path: string): string {
  return execFileSync('findmnt', ['-no', 'FSTYPE', '--target', path], { encoding: 'utf8' }).trim();
}

/** Messages a second. */
async function publish(directory: string, publishers: number, count: number): Promise<number> {
  await using store = await openMessageStore({ directory, limits });
  let next = 0;
  const one = async (publisher: number): Promise<void> => {
    while (next < count) {
      next += 1;
      const id = `${publisher}-${next}`;
      await store.append([{ stream: `task-${publisher}`, id, type: 'buffer_taskspace_progress', bytes: body }]);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: publishers }, (_, publisher) => one(publisher)));
  return (count / (performance.now() - start)) * 1000;
}

function insertOneByOne(directory: string, count: number): number {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'plain.db'));
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, stream TEXT, id TEXT, type TEXT, bytes BLOB)`);
    const insert = database.prepare('INSERT INTO messages (stream, id, type, bytes) VALUES (?, ?, ?, ?)');
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
      database.exec('BEGIN');
      insert.run(`task-${index % 64}`, `${index}`, 'buffer_taskspace_progress', body);
      database.exec('COMMIT');
    }
    return (count / (performance.now() - start)) * 1000;
  } finally {
    database.close();
  }
}

/** Syncs that a process of its own makes while it publishes. */
function countSyncs(directory: string, publishers: number, count: number): number {
  const log = join(directory, 'strace');
  const self = [fileURLToPath(import.meta.url), String(count), directory, `publish=${publishers}`];
  const traced = ['-f', '-o', log, '-e', 'trace=fsync,fdatasync', process.execPath, ...self];
  const { status, stderr } = spawnSync('strace', traced, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`strace ended with ${status}: ${stderr}`);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /\b(fsync|fdatasync)\(/.test(line)).length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(directory: string): Promise<void> {
  const kind = fileSystem(directory);
  if (kind === 'tmpfs') throw new Error(`${directory} is not on a real disk: give one that is`);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // In turns and in pieces, so that what else uses the disk meets both.
    const plain = insertOneByOne(join(directory, 'plain'), Number(messages) / 60);
    const shared = await publish(join(directory, `store-${round}`), 64, Number(messages) / rounds);
    ratios.push(shared / plain);
    console.log(`${kind}: 64 publishers ${shared.toFixed(0)}/s, one by one ${plain.toFixed(0)}/s`);
  }
  const alone = countSyncs(mkdtempSync(join(directory, 'alone-')), 1, 500);
  const together = countSyncs(mkdtempSync(join(directory, 'together-')), 64, 6400);
  console.log(`syncs: ${alone} for 500 messages one by one, ${together} for 6400 of 64 publishers`);
  const what = 'durable publish, 64 publishers';
  report({
    what,
    against: 'INSERT + COMMIT each, synchronous=FULL',
    value: median(ratios),
    unit: 'x',
    reach: { atLeast: 10 },
  });
  report({ what: 'syncs per message, one by one', value: alone / 500, unit: 'syncs', reach: { atLeast: 1 } });
  report({ what: `syncs per message, 64 publishers`, value: together / 6400, unit: 'syncs', reach: { atMost: 0.1 } });
}

if (mode === undefined) {
  mkdirSync(place, { recursive: true });
  const directory = mkdtempSync(join(place, 'durable-publish-'));
  try {
    await measure(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
} else {
  await publish(join(place, 'store'), Number(mode.split('=')[1]), Number(messages));
}
