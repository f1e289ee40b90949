import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** One running process. `startToken` changes when a pid is used again; together they name one process for good. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly startToken: string;
}

/** All processes of this machine at one moment. */
export interface ProcessTable {
  readonly entries: readonly ProcessEntry[];
  /** Whether the process was started with `NAME=value` in its environment. False where that cannot be read. */
  hasVariable(pid: number, assignment: string): boolean;
}

/** Reads the process table; from /proc where there is one, else from `ps`. */
export type ReadProcessTable = () => Promise<ProcessTable>;

/** The reader for this machine. Callers that ask at the same time share one reading that begins after they asked. */
export function createProcessTableReader(read: ReadProcessTable = readProcessTable): ReadProcessTable {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<ProcessTable> | undefined;
  return () => {
    if (next) return next;
    const begin = running.then(async () => {
      next = undefined;
      return read();
    });
    next = begin;
    running = begin.catch(() => undefined);
    return begin;
  };
}

/** Reads all processes now. */
export async function readProcessTable(): Promise<ProcessTable> {
  return process.platform === 'linux' ? readProc() : readPs();
}

/** What `/proc/<pid>/stat` says. The program's name stands in parentheses and may itself hold any character. */
export function parseStat(text: string): (ProcessEntry & { readonly state: string }) | undefined {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(') ');
  if (open < 0 || close < 0) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const [state = '', parent = ''] = fields;
  // field 22 of proc(5), `starttime`; counted from the state, which is field 3
  return { pid: Number(text.slice(0, open)), parentPid: Number(parent), state, startToken: fields[19] ?? '' };
}

async function readProc(): Promise<ProcessTable> {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const entry = /^\d+$/.test(name) ? parseStat(readText(`/proc/${name}/stat`)) : undefined;
    // a zombie has ended: only its parent can remove it, and a signal no longer reaches it
    if (entry && entry.state !== 'Z' && entry.state !== 'X') entries.push(entry);
    if (entries.length % 256 === 255) await new Promise(setImmediate);
  }
  return { entries, hasVariable: createVariableLookup((pid) => readText(`/proc/${pid}/environ`)) };
}

/**
 * Finds variables with one reading of each environment, however many ask for however many. Of the values only those of the
 * variables that were asked for are kept, and no longer than the table.
 */
export function createVariableLookup(readEnviron: (pid: number) => string): ProcessTable['hasVariable'] {
  const byName = new Map<string, Map<number, string | undefined>>();
  return (pid, assignment) => {
    const name = assignment.slice(0, assignment.indexOf('=') + 1);
    const values = byName.get(name) ?? new Map<number, string | undefined>();
    byName.set(name, values);
    if (!values.has(pid)) values.set(pid, findLine(readEnviron(pid), name));
    return values.get(pid) === assignment;
  };
}

function findLine(environ: string, start: string): string | undefined {
  const from = environ.startsWith(start) ? 0 : environ.indexOf(`\0${start}`) + 1;
  if (from === 0 && !environ.startsWith(start)) return undefined;
  const end = environ.indexOf('\0', from);
  return end < 0 ? environ.slice(from) : environ.slice(from, end);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

async function readPs(): Promise<ProcessTable> {
  const run = promisify(execFile);
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const [states, environments] = await Promise.all([
    run('ps', ['-axo', 'pid=,ppid=,state=,lstart='], options),
    run('ps', ['-axEwwo', 'pid=,command='], options).catch(() => ({ stdout: '' })),
  ]);
  return parsePs(states.stdout, environments.stdout);
}

/** What `ps -axo pid=,ppid=,state=,lstart=` and `ps -axEwwo pid=,command=` of macOS and BSD print. */
export function parsePs(states: string, environments: string): ProcessTable {
  const entries = states.split('\n').flatMap((line): readonly ProcessEntry[] => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parentPid: Number(match[2]), startToken: (match[4] ?? '').trim() }];
  });
  const commands = new Map<number, string>();
  for (const line of environments.split('\n')) {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    if (match) commands.set(Number(match[1]), ` ${match[2] ?? ''} `);
  }
  return { entries, hasVariable: (pid, assignment) => commands.get(pid)?.includes(` ${assignment} `) ?? false };
}
