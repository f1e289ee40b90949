import { execFile } from 'node:child_process';

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs a program to its end. Never rejects for an exit code. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { env = process.env, cwd, input, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      { env, cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error && typeof error.code === 'string') reject(error);
        else resolve({ code: error ? Number(error.code ?? 124) : 0, stdout, stderr });
      },
    );
    // a program that ends without reading is no fault of the test
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}
