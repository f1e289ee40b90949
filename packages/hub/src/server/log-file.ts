import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Logger, LogLine } from '@swarm-tui/ipc';

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
  const rotate = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    renameSync(path, `${path}.1`);
    file = openSync(path, 'a', 0o600);
    bytes = 0;
  };
  const write = (level: string, line: LogLine): void => {
    if (file === null) return;
    const text = `${JSON.stringify({ at: new Date(now()).toISOString(), level, ...line, ...describeCause(line) })}\n`;
    try {
      if (bytes > 0 && bytes + text.length > maxBytes) rotate();
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
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** Errors have no JSON of their own. */
function describeCause({ cause }: LogLine): { readonly cause?: string } {
  return cause instanceof Error ? { cause: `${cause.name}: ${cause.message}` } : {};
}
