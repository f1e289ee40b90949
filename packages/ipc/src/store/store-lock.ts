import { closeSync, fsyncSync, mkdirSync, openSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import { sqliteCode, toStoreError } from './sqlite-failure.ts';

const sqliteBusy = 5;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged: ReadonlySet<unknown> = new Set([11, 26]);

/**
 * Holds a directory for one store: an exclusive transaction on a database of its own, which the kernel ends with the
 * process, however that ends. Throws `store-locked` when another holder stays for longer than `waitMs`.
 */
export function lockStoreDirectory(directory: string, waitMs: number): Disposable {
  try {
    return lockFile(join(directory, 'lock.db'), waitMs);
  } catch (error) {
    if (sqliteCode(error) !== sqliteBusy) throw toStoreError(error, join(directory, 'lock.db'));
    throw new IpcError('store-locked', `Another message store holds the directory ${directory}.`, { cause: error });
  }
}

/** The same for one file, which holds nothing. Undefined when another holder stays for longer than `waitMs`. */
export function tryLockFile(path: string, waitMs: number): Disposable | undefined {
  try {
    return lockFile(path, waitMs);
  } catch (error) {
    if (sqliteCode(error) === sqliteBusy) return undefined;
    throw toStoreError(error, path);
  }
}

function lockFile(path: string, waitMs: number): Disposable {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createPrivateFile(path);
  return takeLock(path, waitMs);
}

/** Makes an empty file that only its owner may read; leaves one that is there alone. */
export function createPrivateFile(path: string): void {
  try {
    // Opening a file that is there would end the locks this process has on it when it is closed again (POSIX).
    closeSync(openSync(path, 'wx', 0o600));
    // The name of a new file is durable only when its directory is.
    for (const directory of [dirname(path), dirname(dirname(path))]) syncDirectory(directory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function takeLock(path: string, waitMs: number): Disposable {
  try {
    return beginExclusive(openDatabase(path), waitMs);
  } catch (error) {
    if (!damaged.has(sqliteCode(error))) throw error;
    // It holds no data, and an empty file is a good database. Emptied in place: locks belong to the file, not its name.
    truncateSync(path, 0);
    return beginExclusive(openDatabase(path), waitMs);
  }
}

/** Loaded when it is needed: `node:sqlite` announces itself on stderr, also to a client that has no store. */
function openDatabase(path: string): DatabaseSync {
  return new (process.getBuiltinModule('node:sqlite').DatabaseSync)(path);
}

function beginExclusive(database: DatabaseSync, waitMs: number): Disposable {
  try {
    database.exec(`PRAGMA busy_timeout = ${Math.trunc(waitMs)}; BEGIN EXCLUSIVE;`);
  } catch (error) {
    database.close();
    throw error;
  }
  let isHeld = true;
  return {
    [Symbol.dispose]: () => {
      if (isHeld) database.close();
      isHeld = false;
    },
  };
}
