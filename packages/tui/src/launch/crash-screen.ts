/* oxlint-disable no-control-regex -- control characters are what this file is about */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const restore =
  '\u001b[?7h\u001b[?1006l\u001b[?1002l\u001b[?1004l\u001b[?2004l\u001b[>4m\u001b[?1049l\u001b[?25h\u001b[0m';

/** What is told of a crash, and where. */
export interface CrashScreenOptions {
  readonly error: unknown;
  readonly logPath: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * The last screen of a list that failed: the terminal as it was, what happened, where it is written down. Answers what the
 * person wants: the list again, or the end.
 */
export async function showCrash({ error, logPath, stdin, stdout }: CrashScreenOptions): Promise<'restart' | 'leave'> {
  const said = error instanceof Error ? error.message : String(error);
  const written = writeLog(error, logPath) ? `\nIt is written down in ${logPath}\n` : '\n';
  stdout.write(
    `${restore}\r\nThe list failed: ${said}\r\n${written.replaceAll('\n', '\r\n')}Your agents go on. Enter starts the list again, q leaves.\r\n`,
  );
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.removeAllListeners('data');
  stdin.removeAllListeners('readable');
  return new Promise((resolve) => {
    stdin.on('data', (chunk) => {
      const keys = String(chunk);
      if (/[\r\n]/.test(keys)) resolve('restart');
      else if (/[q\u0003\u0004]/.test(keys)) resolve('leave');
    });
    stdin.on('end', () => resolve('leave'));
    stdin.ref();
    stdin.resume();
  });
}

function writeLog(error: unknown, path: string): boolean {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, `${JSON.stringify({ time: new Date().toISOString(), event: 'ui.crashed', stack })}\n`, {
      mode: 0o600,
    });
    return true;
  } catch {
    return false;
  }
}
