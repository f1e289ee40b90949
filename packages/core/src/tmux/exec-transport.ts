import { spawn } from 'node:child_process';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { quoteTmuxArguments } from './quote.ts';
import { withoutTmux } from './without-tmux.ts';
import { closedError, outcomeUnknown, toTmuxError } from './tmux-failure.ts';
import type { RunOptions, TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';
import { tmuxMissing } from './tmux-version.ts';

const maxOutputBytes = 64 * 1024 * 1024;

/** Which server the processes reach, and how. */
export interface ExecTransportOptions {
  /** Program and arguments in front of each tmux command: `['docker', 'exec', '-i', id, 'tmux']`. */
  readonly command: readonly string[];
  /** Environment of the processes. @default this process's, without TMUX */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Starts one process per command: for what is asked rarely, and where no lasting connection can be held. */
export function createExecTransport(options: ExecTransportOptions): TmuxTransport {
  return new ExecTransport(options);
}

class ExecTransport implements TmuxTransport {
  readonly kind = 'exec';
  readonly session = undefined;
  readonly command: readonly string[];
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #closed = new AbortController();

  constructor({ command, env }: ExecTransportOptions) {
    this.command = command;
    this.#env = withoutTmux(env ?? process.env);
  }

  async run(command: TmuxCommand, { signal, input }: RunOptions = {}): Promise<readonly string[]> {
    signal?.throwIfAborted();
    this.#closed.signal.throwIfAborted();
    const [program = 'tmux', ...prefix] = this.command;
    const argv = [...prefix, '-u', ...quoteTmuxArguments(command)];
    const any = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    const result = await runProcess({ program, argv, env: this.#env, input, signal: any }).catch((cause: unknown) => {
      // the process had handed it over, or not
      throw (any.aborted ? outcomeUnknown([command], cause) : undefined) ?? cause;
    });
    if (result.code === 0) return toLines(result.stdout);
    throw toTmuxError(command, result.stderr || result.stdout || `${program} ended with ${String(result.code)}`);
  }

  async isAlive(options?: CallOptions): Promise<boolean> {
    const [outcome] = await this.settleAll([['list-sessions']], options);
    return outcome?.status === 'fulfilled' || outcome?.reason?.code === 'target-not-found';
  }

  async runAll(commands: readonly TmuxCommand[], options?: CallOptions): Promise<readonly (readonly string[])[]> {
    return (await this.settleAll(commands, options)).map(valueOf);
  }

  async settleAll(commands: readonly TmuxCommand[], options?: CallOptions): Promise<readonly TmuxOutcome[]> {
    const outcomes: TmuxOutcome[] = [];
    for (const command of commands) {
      const [outcome] = await Promise.allSettled([this.run(command, options)]);
      if (options?.signal?.aborted && outcome.status === 'rejected') throw outcome.reason;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  subscribe(): () => void {
    throw new RuntimeError(
      'not-supported',
      'This tmux is reached with a process per command, which reports no events',
      {
        hint: 'Use createControlTransport for events and output.',
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(closedError('it was disposed'));
  }
}

/** The value of an outcome; throws its error. */
export function valueOf(outcome: TmuxOutcome): readonly string[] {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function toLines(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

interface ProcessRequest {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runProcess({ program, argv, env, input, signal }: ProcessRequest): Promise<ProcessResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProcessResult>();
  const child = spawn(program, argv, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const stop = (): void => {
    child.kill('SIGKILL');
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  child.on('error', (cause) => reject(tmuxMissing(program, cause)));
  child.on('close', (code) => {
    signal.removeEventListener('abort', stop);
    resolve({ code, stdout: output(), stderr: errors() });
  });
  // a command that refuses its input closes the pipe early: its exit status says so better
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return promise;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutputBytes) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
