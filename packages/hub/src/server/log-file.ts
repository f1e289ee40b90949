import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Logger, LogLine } from '@swarm-tui/ipc';

/** Where a log file lies and how large it may grow. */
export interface LogFileOptions {
  readonly path: string;
  /** Above this the file becomes `<path>.1` and a new one begins. @default 1 MiB */
  readonly maxBytes?: number | undefined;
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** A log of JSON lines that never grows above twice its limit. Log lines that cannot be written are dropped. */
export interface LogFile extends Logger, Disposable {}

/** Opens a log file for appending, readable by its owner alone. */
export function openLogFile({ path, maxBytes = 1024 * 1024, now = Date.now }: LogFileOptions): LogFile {
  let file: number | null = openSync(path, 'a', 0o600);
  let bytes = fstatSync(file).size;
  let isClosed = false;
  const rotate = (): void => {
    renameSync(path, `${path}.1`);
    if (file !== null) closeSync(file);
    file = null;
    bytes = 0;
  };
  const write = (level: string, line: LogLine): void => {
    if (isClosed) return;
    try {
      const text = Buffer.from(toJson({ at: new Date(now()).toISOString(), level, ...line, ...describeCause(line) }));
      if (bytes > 0 && bytes + text.length > maxBytes) rotate();
      // Also after a try that failed: a directory that was full or read-only may be mended by now.
      file ??= openSync(path, 'a', 0o600);
      bytes += writeSync(file, text);
    } catch {
      // A full disk must not end the hub because of its log.
    }
  };
  return {
    debug: () => {},
    info: (line) => write('info', line),
    warn: (line) => write('warn', line),
    error: (line) => write('error', line),
    [Symbol.dispose]: () => {
      isClosed = true;
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** One line. What JSON cannot hold (a cycle, a bigint) costs the details, not the line. */
function toJson(line: LogLine & { readonly at: string; readonly level: string }): string {
  try {
    return `${JSON.stringify(line)}\n`;
  } catch (error) {
    return `${JSON.stringify({ at: line.at, level: line.level, event: line.event, unreadable: String(error) })}\n`;
  }
}

/** Errors have no JSON of their own. */
function describeCause({ cause }: LogLine): { readonly cause?: string } {
  return cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {};
}
