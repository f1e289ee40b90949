import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { describeEventLogContract } from '../testing/event-log-contract.ts';
import type { EventLog } from './event-log.ts';
import { LogKeeper } from './log-keeper.ts';
import { type OpenEventLogOptions, openEventLog } from './open-event-log.ts';

const workerUrl = new URL('./log-worker.ts', import.meta.url);

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function open(directory: string, options: Partial<OpenEventLogOptions> = {}): Promise<EventLog> {
  const log = await openEventLog({ directory, workerUrl, ...options });
  onTestFinished(async () => log[Symbol.asyncDispose]());
  return log;
}

function rename(id: string, name: string): FleetEventBody {
  return { type: 'agent.renamed', id, name, handle: null };
}

/** A log with this many events, closed. */
async function fill(directory: string, count: number, save = false): Promise<void> {
  const log = await openEventLog({ directory, workerUrl });
  await log.append(Array.from({ length: count }, (_, index) => rename('a', `name ${index} ${'x'.repeat(200)}`)));
  if (save) await log.saveState({ seq: log.lastSeq, state: { agents: 1 } });
  await log[Symbol.asyncDispose]();
}

describeEventLogContract('the log on disk', async () => openEventLog({ directory: createDirectory(), workerUrl }));

it('finds everything again after it was closed and opened', async () => {
  const directory = createDirectory();
  await fill(directory, 2500, true);
  const log = await open(directory, { now: () => 77 });
  expect(log.lastSeq).toBe(2500);
  expect(log.damage).toBeNull();
  expect(await log.loadState()).toEqual({ seq: 2500, state: { agents: 1 } });
  expect(await log.append([rename('b', 'next')])).toMatchObject([{ seq: 2501, at: 77 }]);
});

it('keeps its files from the eyes of others', async () => {
  const directory = join(createDirectory(), 'state');
  const log = await open(directory);
  await log.append([rename('a', 'b')]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o077])).toEqual(
    readdirSync(directory).map((name) => [name, 0]),
  );
});

/** Commits in a write-ahead log: the second word of a frame's header is set in the last frame of each. */
function countCommits(path: string): number {
  const bytes = readFileSync(path);
  const frameSize = 24 + bytes.readUInt32BE(8);
  const frames = Array.from(
    { length: Math.floor((bytes.length - 32) / frameSize) },
    (_, index) => 32 + index * frameSize,
  );
  return frames.filter((at) => bytes.readUInt32BE(at + 4) !== 0).length;
}

function keep(directory: string): LogKeeper {
  const keeper = new LogKeeper({ directory, maxBytes: 1e9, lockWaitMs: 0 });
  keeper.answer([{ id: 0, op: 'open', args: {} }]);
  onTestFinished(() => void keeper.answer([{ id: 0, op: 'close', args: {} }]));
  return keeper;
}

function appendRequest(id: number) {
  return { id, op: 'append', args: { at: 1, bodies: [JSON.stringify(rename('a', `n${id}`))] } } as const;
}

it('commits appends that wait at the same time together, and in order', () => {
  const directory = createDirectory();
  const keeper = keep(directory);
  const before = countCommits(join(directory, 'events.db-wal'));
  const replies = keeper.answer(Array.from({ length: 50 }, (_, index) => appendRequest(index + 1)));
  expect(replies).toEqual(Array.from({ length: 50 }, (_, index) => ({ id: index + 1, result: index + 1 })));
  expect(countCommits(join(directory, 'events.db-wal')) - before).toBe(1);
});

it('answers what was asked between two appends from between them', () => {
  const directory = createDirectory();
  const keeper = keep(directory);
  const stats = { id: 2, op: 'stats', args: {} } as const;
  const replies = keeper.answer([appendRequest(1), stats, appendRequest(3)]);
  expect(replies).toMatchObject([
    { id: 1, result: 1 },
    { id: 2, result: { lastSeq: 1 } },
    { id: 3, result: 2 },
  ]);
});

it('numbers appends that are made at the same moment in the order of the calls', async () => {
  const log = await open(createDirectory());
  const appended = await Promise.all(
    Array.from({ length: 3000 }, (_, index) => log.append([rename('a', `n${index}`)])),
  );
  expect(appended.map(([event]) => event?.seq)).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
  expect((await log.read(2999, 1)).map(({ event }) => event)).toEqual([rename('a', 'n2999')]);
});

it('makes nothing where a link leads that leads to nowhere', async () => {
  const directory = createDirectory();
  symlinkSync(join(directory, 'nowhere'), join(directory, 'lock.db'));
  await expect(openEventLog({ directory, workerUrl })).rejects.toMatchObject({
    code: 'state-unwritable',
    message: expect.stringContaining('lock.db is a symbolic link'),
  });
  expect(readdirSync(directory)).toEqual(['lock.db']);
});

it('drops old events that the saved state covers when it grows too large, and never reuses a number', async () => {
  const directory = createDirectory();
  const log = await open(directory, { maxBytes: 200_000 });
  await log.append(Array.from({ length: 2000 }, (_, index) => rename('a', `${index} ${'x'.repeat(200)}`)));
  const before = await log.stats();
  await log.saveState({ seq: 1500, state: 'folded' });
  const after = await log.stats();
  expect(before.bytes).toBeGreaterThan(400_000);
  expect(after.bytes).toBeLessThan(before.bytes);
  expect(after.firstSeq).toBeGreaterThan(1);
  // The events above the saved state are needed to fold, whatever their size.
  expect(after.firstSeq).toBeLessThanOrEqual(1501);
  expect((await log.read(1500, 1)).map(({ seq }) => seq)).toEqual([1501]);
  await log.saveState({ seq: 2000, state: 'folded' });
  expect((await log.stats()).bytes).toBeLessThan(220_000);
  await log[Symbol.asyncDispose]();
  expect((await open(directory)).lastSeq).toBe(2000);
});

it('refuses a directory that another log holds, and gives it free when that one ends', async () => {
  const directory = createDirectory();
  const first = await open(directory);
  const failure = openEventLog({ directory, workerUrl });
  await expect(failure).rejects.toMatchObject({ code: 'state-locked', hint: expect.stringContaining('hub stop') });
  const second = openEventLog({ directory, workerUrl, lockWaitMs: 20_000 });
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
});

it.each([
  ['garbage', (path: string) => writeFileSync(path, 'this is not a database, but long enough to look at'.repeat(100))],
  ['cut in the middle', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
  ['a broken page', (path: string) => overwrite(path, 4096 * 5, 4096)],
  [
    'text that is no event',
    (path: string) => inDatabase(path, 'UPDATE events SET body = \'{"type":"x"}\' WHERE seq = 7'),
  ],
  ['text that is no JSON', (path: string) => inDatabase(path, "UPDATE events SET body = '{' WHERE seq = 7")],
  ['a hole', (path: string) => inDatabase(path, 'DELETE FROM events WHERE seq = 7')],
])('sets a damaged log aside and begins anew: %s', async (_, damage) => {
  const directory = createDirectory();
  const path = join(directory, 'events.db');
  await fill(directory, 500);
  damage(path);
  const bytes = readFileSync(path);
  const log = await open(directory);
  expect(log.lastSeq).toBe(0);
  expect(log.damage?.path).toMatch(/events\.db\.damaged-/);
  expect(readFileSync(log.damage?.path ?? '')).toEqual(bytes);
  expect(await log.append([rename('a', 'new')])).toMatchObject([{ seq: 1 }]);
});

it('leaves a log of a newer version alone', async () => {
  const directory = createDirectory();
  await fill(directory, 1);
  inDatabase(join(directory, 'events.db'), 'PRAGMA user_version = 99');
  await expect(openEventLog({ directory, workerUrl })).rejects.toMatchObject({ code: 'hub-too-new' });
  expect(readdirSync(directory).filter((name) => name.includes('damaged'))).toEqual([]);
});

it('says what to do when the directory cannot be one', async () => {
  const file = join(createDirectory(), 'file');
  writeFileSync(file, '');
  const failure = openEventLog({ directory: join(file, 'state'), workerUrl });
  await expect(failure).rejects.toMatchObject({
    code: 'state-unwritable',
    hint: expect.stringContaining('SWARM_TUI_STATE_DIR'),
  });
});

it('stops waiting for another holder when it is aborted', async () => {
  const directory = createDirectory();
  await open(directory);
  const controller = new AbortController();
  const opening = openEventLog({ directory, workerUrl, lockWaitMs: 600_000, signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(opening).rejects.toBe(reason);
});

function overwrite(path: string, from: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(path, bytes);
}

function inDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
