import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { CallOptions } from '../call-options.ts';
import { silentLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import type { BackoffPolicy } from './backoff.ts';
import { holdPidFile } from './pid-file.ts';
import { createNextSupervisorState, initialSupervisorState } from './supervision.ts';
import type {
  ChildExit,
  NextSupervisorState,
  SupervisorEvent,
  SupervisorOutcome,
  SupervisorState,
} from './supervision.ts';

/** What to run, and when to run it again. */
export interface SupervisorOptions {
  /** Program and arguments; no shell is involved. */
  readonly command: readonly string[];
  readonly policy: BackoffPolicy;
  readonly cwd?: string | undefined;
  /** @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** @default 'inherit' */
  readonly stdio?: 'inherit' | 'ignore' | undefined;
  /** Holds this process's id while the supervisor runs. */
  readonly pidFile?: string | undefined;
  /** How long the child may take to end after SIGTERM before it is killed. @default 8000 */
  readonly graceMs?: number | undefined;
  /**
   * Signals to this process that are passed on to the child. SIGTERM, SIGINT and SIGHUP also end the supervisor.
   * @default those three
   */
  readonly passSignals?: readonly NodeJS.Signals[] | undefined;
  readonly logger?: Logger | undefined;
}

const endingSignals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
// setTimeout overflows above this.
const maxTimerMs = 2_147_483_647;

/**
 * Keeps one child process running by a policy. The child never outlives it: stop, dispose and the end of this process
 * end the child too.
 */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #logger: Logger;
  readonly #next: NextSupervisorState;
  readonly #ended = Promise.withResolvers<SupervisorOutcome>();
  #state: SupervisorState | null = null;
  #hasRun = false;
  #isStopped = false;
  #endSignal: NodeJS.Signals = 'SIGTERM';
  #child: ChildProcess | null = null;
  #restartTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#next = createNextSupervisorState(options.policy);
  }

  /** Process id of the child, or null while none runs. */
  get childPid(): number | null {
    return this.#child?.pid ?? null;
  }

  /**
   * Starts the child and settles when the supervisor is done with it. An abort ends the child first, then rejects with
   * the reason. Rejects with `agent-exists` when another one holds the PID file. May be called once.
   */
  async run({ signal }: CallOptions = {}): Promise<SupervisorOutcome> {
    signal?.throwIfAborted();
    if (this.#hasRun) throw new Error('A Supervisor runs once.');
    this.#hasRun = true;
    const { pidFile } = this.#options;
    await using _held = pidFile === undefined ? null : await holdPidFile(pidFile);
    signal?.throwIfAborted();
    if (this.#isStopped) return { reason: 'stopped', exit: null };
    using _heard = this.#listen(signal);
    this.#state = initialSupervisorState(performance.now());
    this.#start();
    const outcome = await this.#ended.promise;
    this.#logger.info({ event: 'supervisor.ended', reason: outcome.reason });
    signal?.throwIfAborted();
    return outcome;
  }

  /** Asks the child to end, kills it after the grace time. Settles when it is gone; stopping twice is fine. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#state === null) return;
    this.#apply({ type: 'stop' });
    await this.#ended.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #listen(signal: AbortSignal | undefined): Disposable {
    const onAbort = (): void => this.#apply({ type: 'stop' });
    const onExit = (): void => {
      this.#child?.kill('SIGKILL');
    };
    const handlers = (this.#options.passSignals ?? endingSignals).map((name) => ({
      name,
      handle: () => this.#pass(name),
    }));
    for (const { name, handle } of handlers) process.on(name, handle);
    process.on('exit', onExit);
    signal?.addEventListener('abort', onAbort, { once: true });
    return {
      [Symbol.dispose]() {
        for (const { name, handle } of handlers) process.off(name, handle);
        process.off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
      },
    };
  }

  #pass(name: NodeJS.Signals): void {
    this.#logger.info({ event: 'supervisor.signal', signal: name, pid: this.childPid });
    if (!endingSignals.includes(name) || this.#state?.state === 'stopping') this.#child?.kill(name);
    else {
      this.#endSignal = name;
      this.#apply({ type: 'stop' });
    }
  }

  #start(): void {
    const { command, cwd, env = process.env, stdio = 'inherit' } = this.#options;
    const [program = '', ...args] = command;
    const child = spawn(program, args, { cwd, env: { ...env }, stdio });
    this.#child = child;
    child.once('spawn', () => this.#logger.info({ event: 'child.started', pid: child.pid }));
    // A program that cannot be started fails like one that ends at once (127, as shells say).
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      this.#logger.error({ event: 'child.failed-to-start', program, message: error.message });
      this.#onExit({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => this.#onExit({ code, signal }));
  }

  #onExit(exit: ChildExit): void {
    this.#logger.info({ event: 'child.exited', pid: this.childPid, ...exit });
    this.#child = null;
    clearTimeout(this.#killTimer);
    this.#apply({ type: 'exited', exit });
  }

  #apply(event: SupervisorEvent): void {
    const before = this.#state;
    if (before === null) return;
    const after = this.#next(before, event, performance.now());
    this.#state = after;
    if (before === after) return this.#rearm(after);
    clearTimeout(this.#restartTimer);
    if (after.state === 'waiting') this.#wait(after);
    if (after.state === 'running') this.#start();
    if (after.state === 'stopping') this.#end();
    if (after.state === 'ended') this.#ended.resolve(after.outcome);
  }

  #wait({ restartAt, failures }: Extract<SupervisorState, { state: 'waiting' }>): void {
    this.#logger.warn({ event: 'child.restarts', inMs: Math.round(restartAt - performance.now()), failures });
    this.#arm(restartAt);
  }

  /** A timer may ring a little early, or the clock may have been set back. */
  #rearm(state: SupervisorState): void {
    if (state.state !== 'waiting') return;
    clearTimeout(this.#restartTimer);
    this.#arm(state.restartAt);
  }

  #arm(at: number): void {
    const ms = Math.min(maxTimerMs, Math.max(0, at - performance.now()));
    this.#restartTimer = setTimeout(() => this.#apply({ type: 'timer' }), ms);
  }

  #end(): void {
    const child = this.#child;
    child?.kill(this.#endSignal);
    this.#killTimer = setTimeout(() => {
      this.#logger.warn({ event: 'child.killed', pid: child?.pid });
      child?.kill('SIGKILL');
    }, this.#options.graceMs ?? 8_000);
  }
}
