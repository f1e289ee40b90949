import { closeSync, existsSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDirectory } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import { sqliteCode, toLogError } from './sqlite-failure.ts';

const sqliteBusy = 5;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged: ReadonlySet<unknown> = new Set([11, 26]);

/**
 * Holds a state directory for this process: an exclusive transaction on a database of its own, which the kernel ends
 * with the process, however that ends. Throws `state-locked` when another holder stays for longer than `waitMs`.
 */
export function lockStateDirectory(directory: string, waitMs: number): Disposable {
  const path = join(directory, 'lock.db');
  try {
    makeDirectory(directory);
    createPrivateFile(path);
    return takeLock(path, waitMs);
  } catch (error) {
    if (sqliteCode(error) !== sqliteBusy) throw toLogError(error, path);
    throw new HubError('state-locked', `Another hub holds the state directory ${directory}.`, {
      hint: 'Connect to that hub, or end it with `swarm-tui hub stop`; agents go on.',
      cause: error,
    });
  }
}

function takeLock(path: string, waitMs: number): Disposable {
  try {
    return beginExclusive(new DatabaseSync(path), waitMs);
  } catch (error) {
    if (!damaged.has(sqliteCode(error))) throw error;
    // It holds no data, and an empty file is a good database. Emptied in place, since locks belong to the file, not its name.
    truncateSync(path, 0);
    return beginExclusive(new DatabaseSync(path), waitMs);
  }
}

/** Makes an empty file that only its owner may read; leaves one that is there alone. */
export function createPrivateFile(path: string): void {
  try {
    // Opening a file that is there would end the locks this process has on it when it is closed again (POSIX).
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // SQLite would make the file that a link leads to, with the permissions of any file.
    if (existsSync(path)) return;
    throw new HubError('state-unwritable', `${path} is a symbolic link to a file that is not there.`, {
      hint: 'Remove the link, or make the file that it leads to: an empty one will do.',
      cause: error,
    });
  }
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
