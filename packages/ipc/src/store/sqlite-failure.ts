import { IpcError, type IpcErrorCode } from '../errors.ts';

interface FailureText {
  readonly code: IpcErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const unwritable: FailureText = {
  code: 'store-failed',
  says: 'cannot be written',
  hint: 'Make the directory of the store writable for you, or choose another one.',
};
const damaged: FailureText = { code: 'store-damaged', says: 'is damaged' };
const full: FailureText = { code: 'store-full', says: 'cannot grow: the disk is full' };
const other: FailureText = { code: 'store-failed', says: 'cannot be used' };

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html. */
const bySqliteCode: ReadonlyMap<number, FailureText> = new Map([
  [3, unwritable],
  [8, unwritable],
  [14, unwritable],
  [11, damaged],
  [26, damaged],
  [13, full],
]);

const byErrno: ReadonlyMap<string, FailureText> = new Map([
  ['EACCES', unwritable],
  ['EPERM', unwritable],
  ['EROFS', unwritable],
  // What Node says for a directory on a read-only disk that it was to make with its parents.
  ['ENOENT', unwritable],
  ['ENOTDIR', unwritable],
  ['EEXIST', unwritable],
  ['ENOSPC', full],
  ['EDQUOT', full],
]);

/** SQLite's primary result code, or null when it was something else that failed. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** Says for a person what failed with which file and what helps. */
export function toStoreError(error: unknown, path: string): IpcError {
  if (error instanceof IpcError) return error;
  const { code, says, hint } = textFor(error);
  const detail = error instanceof Error ? error.message : String(error);
  return new IpcError(code, `The message store ${path} ${says} (${detail}).`, { hint, cause: error });
}

function textFor(error: unknown): FailureText {
  const code = sqliteCode(error);
  if (code !== null) return bySqliteCode.get(code) ?? other;
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  return byErrno.get(errno) ?? other;
}
