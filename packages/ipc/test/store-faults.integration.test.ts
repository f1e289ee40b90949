import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MessageStore, NewMessage } from '../src/store/message-store.ts';
import { createDirectory, createMessages, openStore, replayAll } from './store-world.ts';

async function fill(directory: string, count = 500): Promise<void> {
  const store = await openStore(directory);
  await store.append(createMessages('a', count, 400));
  await store[Symbol.asyncDispose]();
}

function overwrite(path: string, from: number, bytes: Uint8Array): void {
  const file = readFileSync(path);
  file.set(bytes.subarray(0, Math.max(0, file.length - from)), from);
  writeFileSync(path, file);
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(Math.random() * 256));
}

function inDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function toText({ id, bytes }: Pick<NewMessage, 'id' | 'bytes'>): string {
  return `${id} ${Buffer.from(bytes).toString('hex')}`;
}

/** What a store does with a database that may be damaged. */
async function readAgain(directory: string, written: readonly string[]): Promise<string> {
  const store = await openStore(directory).catch((error: { code: string }) => error.code);
  if (typeof store === 'string') return store;
  const read = (await store.read('a')).map(toText);
  await store[Symbol.asyncDispose]();
  if (store.damage !== null) return read.length === 0 ? 'moved aside' : 'moved aside, and not empty';
  return JSON.stringify(read) === JSON.stringify(written) ? 'as written' : `${read.length} others`;
}

describe('a damaged database', () => {
  it.each([
    ['garbage', (path: string) => writeFileSync(path, 'this is not a database, but long enough'.repeat(500))],
    ['cut in the middle', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
    ['random bytes over pages', (path: string) => overwrite(path, 4096 * 3, randomBytes(4096 * 4))],
    ['one changed byte in a message', (path: string) => overwrite(path, 4096 * 20 + 2000, randomBytes(8))],
    ['a missing message', (path: string) => inDatabase(path, 'DELETE FROM messages WHERE seq = 7')],
    ['a message of no stream', (path: string) => inDatabase(path, 'DELETE FROM streams')],
    ['a missing head', (path: string) => inDatabase(path, 'DELETE FROM store')],
    [
      'a directory in its place',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'an emptied file beside its log',
      (path: string) => {
        truncateSync(path, 0);
        writeFileSync(`${path}-wal`, 'x');
      },
    ],
  ])('is moved aside and told, and the store goes on with higher numbers: %s', async (_, damage) => {
    const directory = createDirectory();
    await fill(directory);
    damage(join(directory, 'messages.db'));
    const error = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
    const store = await openStore(directory, { logger });
    expect(existsSync(store.damage?.path ?? '')).toBe(true);
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ event: 'store.damaged', path: store.damage?.path }));
    expect(await replayAll(store)).toEqual([]);
    const [stored] = await store.append(createMessages('a', 1));
    expect(stored?.seq).toBeGreaterThan(500);
    expect(await store.read('a', { afterSeq: 500 })).toHaveLength(1);
  });

  it('never gives what was not written, wherever random bytes fall', async () => {
    const directory = createDirectory();
    await fill(directory, 60);
    const path = join(directory, 'messages.db');
    const sound = readFileSync(path);
    const written = createMessages('a', 60, 400).map(toText);
    const outcomes: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      writeFileSync(path, sound);
      overwrite(path, Math.floor(Math.random() * sound.length), randomBytes(1 + Math.floor(Math.random() * 40)));
      outcomes.push(await readAgain(directory, written));
    }
    // A changed number of the layout reads as one from a newer version, and is left alone.
    expect(outcomes.filter((outcome) => !['as written', 'moved aside', 'store-too-new'].includes(outcome))).toEqual([]);
    expect(outcomes).toContain('moved aside');
  });

  it('is noticed in the middle of the work too', async () => {
    const directory = createDirectory();
    const first = await openStore(directory);
    // More than is kept of it in memory.
    await Array.fromAsync(Array.from({ length: 20 }), (_, at) => first.append(createMessages(`s${at}`, 100, 20_000)));
    await first[Symbol.asyncDispose]();
    const store = await openStore(directory);
    const path = join(directory, 'messages.db');
    const file = openSync(path, 'r+');
    const junk = Buffer.alloc(4096 * 64, 0xa5);
    for (let at = 4096 * 16; at < statSync(path).size; at += junk.length) writeSync(file, junk, 0, junk.length, at);
    closeSync(file);
    await expect(replayAll(store)).rejects.toMatchObject({ code: 'store-damaged' });
    expect(existsSync(store.damage?.path ?? '')).toBe(true);
    const [stored] = await store.append(createMessages('s0', 1));
    expect(stored?.seq).toBeGreaterThan(100);
    expect(await replayAll(store)).toHaveLength(1);
  });

  it('that is empty is a new one', async () => {
    const directory = createDirectory();
    writeFileSync(join(directory, 'messages.db'), '');
    const store = await openStore(directory);
    expect(store.damage).toBeNull();
    expect(await store.append(createMessages('a', 1))).toMatchObject([{ seq: 1 }]);
  });

  it('of a newer version is left alone', async () => {
    const directory = createDirectory();
    await fill(directory, 1);
    const path = join(directory, 'messages.db');
    inDatabase(path, 'PRAGMA user_version = 99');
    await expect(openStore(directory)).rejects.toMatchObject({ code: 'store-too-new', hint: expect.any(String) });
    expect(readdirSync(directory).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});

describe('the directory', () => {
  it('is held by one store at a time', async () => {
    const directory = createDirectory();
    const first = await openStore(directory);
    const second = openStore(directory);
    await expect(second).rejects.toMatchObject({ code: 'store-locked', message: expect.stringContaining(directory) });
    const third = openStore(directory, { lockWaitMs: 20_000 });
    await first[Symbol.asyncDispose]();
    expect(await (await third).append(createMessages('a', 1))).toMatchObject([{ seq: 1 }]);
  });

  it('and its files are for their owner only', async () => {
    const directory = join(createDirectory(), 'deep', 'store');
    const store = await openStore(directory);
    await store.append(createMessages('a', 10));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('that cannot be one is refused with what to do', async () => {
    const file = join(createDirectory(), 'file');
    writeFileSync(file, '');
    const failure = openStore(join(file, 'store'));
    await expect(failure).rejects.toMatchObject({ code: 'store-failed', hint: expect.stringContaining('writable') });
  });
});

describe('what waits', () => {
  it('is bounded: more is refused at once, and taken when the disk has caught up', async () => {
    const store = await openStore(createDirectory(), { limits: { waitingBytes: 100_000 } });
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => store.append(createMessages(`s${index}`, 1, 5000))),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['store-busy']));
    expect(refused.length).toBeGreaterThan(25);
    expect(await store.append(createMessages('late', 1, 5000))).toMatchObject([{ seq: 1 }]);
    expect((await store.stats()).messages).toBe(51 - refused.length);
  });

  it('is settled before the store closes', async () => {
    const directory = createDirectory();
    const store = await openStore(directory);
    const appended = store.append(createMessages('a', 10));
    await store[Symbol.asyncDispose]();
    expect(await appended).toHaveLength(10);
    expect(await replayAll(await openStore(directory))).toHaveLength(10);
  });

  it('is left when the caller aborts', async () => {
    const store = await openStore(createDirectory());
    const controller = new AbortController();
    const appended = store.append(createMessages('a', 1), { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(appended).rejects.toBe(reason);
    await expect(store.stats({ signal: controller.signal })).rejects.toBe(reason);
    expect(await store.append(createMessages('b', 1))).toMatchObject([{ seq: 1 }]);
  });

  it('is pruned by itself', async () => {
    let clock = Date.parse('2026-01-02T03:04:05Z');
    const store = await openStore(createDirectory(), { pruneMs: 20, now: () => clock });
    await store.append(createMessages('a', 3));
    clock += 25 * 60 * 60 * 1000;
    await vi.waitFor(async () => expect(await store.stats()).toMatchObject({ messages: 0, dropped: 3 }), 20_000);
  });
});

/** Null where this user may not mount. */
function mountSmallDisk(size: string): string | null {
  const disk = createDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
  return disk;
}

/** Until it is refused. Gives how many were acknowledged, and the code. */
async function appendUntilRefused(store: MessageStore, prefix: string): Promise<{ count: number; code: string }> {
  for (let count = 0; ; count += 1) {
    const one = { stream: 'a', id: `${prefix}${count}`, type: 'buffer_x', bytes: Buffer.alloc(20_000, count) };
    const code = await store.append([one]).then(
      () => null,
      (error: { code: string }) => error.code,
    );
    if (code !== null) return { count, code };
  }
}

describe('on a full disk', () => {
  it('refuses what does not fit, goes on reading, and recovers by itself', async ({ skip }) => {
    const disk = mountSmallDisk('4m');
    if (disk === null && process.env['CI'] !== 'true') skip('this user may not mount a small disk');
    expect(disk, 'CI has to be allowed to mount a small disk').not.toBeNull();
    const directory = join(disk ?? '', 'store');
    const ballast = join(disk ?? '', 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_500_000));
    const store = await openStore(directory);
    const { count, code } = await appendUntilRefused(store, 'one-');
    expect(code).toBe('store-full');
    expect(count).toBeGreaterThan(10);
    expect((await replayAll(store)).map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, at) => `one-${at}`));
    // Several that wait together fail together, and nothing of them is kept.
    const results = await Promise.allSettled([
      store.append(createMessages('b', 5, 30_000)),
      appendUntilRefused(store, 'x-'),
    ]);
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'store-full' } });
    expect(await store.read('b')).toEqual([]);

    rmSync(ballast);
    expect(await store.append(createMessages('c', 3, 20_000))).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    const found = await replayAll(store);
    await store[Symbol.asyncDispose]();
    const again = await openStore(directory);
    expect(again.damage).toBeNull();
    expect((await replayAll(again)).map(({ id }) => id)).toEqual(found.map(({ id }) => id));
  });
});
