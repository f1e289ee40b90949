import { execFile } from 'node:child_process';

/** Where one git process runs, and how long and how much it may take. */
export interface GitProcess {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What ends it when it takes too long. */
  readonly killSignal: 'SIGTERM' | 'SIGKILL';
  readonly signal?: AbortSignal | undefined;
  /** What it reads from its standard input. @default nothing */
  readonly input?: string | undefined;
  /** The index that it works on. @default the working tree's own */
  readonly indexFile?: string | undefined;
}

/** How a git process ended. */
export interface GitEnd {
  /** Null after success. */
  readonly error: Error | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the system's git and waits for its end. Rejects on abort alone. */
export function execGit(
  args: readonly string[],
  { directory, env, timeoutMs, maxBytes, killSignal, signal, input, indexFile }: GitProcess,
): Promise<GitEnd> {
  const limits = { timeout: timeoutMs, maxBuffer: maxBytes, killSignal };
  const own = { ...gitEnvironment(env), ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }) };
  return new Promise((resolve, reject) => {
    const child = execFile('git', args, { ...limits, cwd: directory, env: own, signal }, (error, stdout, stderr) => {
      if (error !== null && signal?.aborted) reject(signal.reason);
      else resolve({ error, stdout, stderr });
    });
    if (input === undefined) return;
    // one that ends before it has read everything says why by its status
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** git itself could not be started. */
export function isGitMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}

// a hook of a surrounding git process exports GIT_DIR and the like, which would redirect ours
function gitEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|OBJECT_DIRECTORY)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
