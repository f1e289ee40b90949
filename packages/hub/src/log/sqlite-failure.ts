import { HubError, type HubErrorCode } from '../protocol/hub-error.ts';

interface FailureText {
  readonly code: HubErrorCode;
  readonly says: string;
  readonly hint: string;
}

const unwritable: FailureText = {
  code: 'state-unwritable',
  says: 'cannot be written',
  hint: 'Make the directory writable for you, or choose another one with SWARM_TUI_STATE_DIR.',
};
const damaged: FailureText = {
  code: 'log-damaged',
  says: 'is damaged',
  hint: 'Stop the hub with `swarm-tui hub stop` and start again: the file is set aside, agents go on.',
};
const full: FailureText = {
  code: 'log-failed',
  says: 'cannot grow: the disk is full',
  hint: 'Free space on the disk of the state directory; nothing that was confirmed is lost.',
};

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

const other: FailureText = {
  code: 'log-failed',
  says: 'cannot be used',
  hint: 'The hub log in the state directory says more; `swarm-tui doctor` checks the directory.',
};

/** SQLite's primary result code, or null when it was something else that failed. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** True when the bytes of the file are not those of a healthy database. */
export function isDamage(error: unknown): boolean {
  return (error instanceof HubError && error.code === 'log-damaged') || textFor(error) === damaged;
}

/** Says for a person what failed with which file and what helps. */
export function toLogError(error: unknown, path: string): HubError {
  if (error instanceof HubError) return error;
  const { code, says, hint } = textFor(error);
  const detail = error instanceof Error ? error.message : String(error);
  return new HubError(code, `The event log ${path} ${says} (${detail}).`, { hint, cause: error });
}

function textFor(error: unknown): FailureText {
  const code = sqliteCode(error);
  if (code !== null) return bySqliteCode.get(code) ?? other;
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  return byErrno.get(errno) ?? other;
}
