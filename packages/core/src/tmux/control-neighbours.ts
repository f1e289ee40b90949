import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { RuntimeError } from '../errors.ts';
import { createExecTransport } from './exec-transport.ts';
import { sessionTarget } from './tmux-target.ts';
import type { TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';

/** Which server and session, and how it is reached. */
export interface NeighboursOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Session that the control clients are attached to: its name, or an id. */
  readonly session: string;
  /** How long one look may take. */
  readonly timeoutMs: number;
}

/** What a look at a server found. */
export type ServerState =
  /** No server answers there. */
  | 'dead'
  /** It runs, without the session. */
  | 'bare'
  | 'alive';

const markPrefix = '@swarm_client_';
const lookAgainMs = 20;
const longestWaitMs = 3_000;

/**
 * The control clients that share a session with ours. tmux 3.3a writes news to a control client that has only half
 * connected, and dies of it; the end of another client is such news. And a client whose reader was killed while its
 * output was unread stays for ever. So each client is marked with whom it belongs to, and before we connect, those whose
 * owner is dead are ended and waited for.
 */
export class ControlNeighbours {
  readonly #options: NeighboursOptions;
  readonly #token = randomUUID();

  constructor(options: NeighboursOptions) {
    this.#options = options;
  }

  /** For the connection to send first: says whose the client is. */
  get mark(): TmuxCommand {
    const owner = `${hostname()} ${process.pid} ${this.#token}`;
    return ['set-option', '-t', this.#target, `${markPrefix}#{client_pid}`, owner];
  }

  /** For the connection to send last. */
  get unmark(): TmuxCommand {
    return ['set-option', '-u', '-t', this.#target, `${markPrefix}#{client_pid}`];
  }

  /** Whether the server lives. Starts none; rejects when that cannot be told: silence is no evidence. */
  async look(signal: AbortSignal): Promise<ServerState> {
    await using probe = this.#probe();
    return toState(await this.#listClients(probe, signal));
  }

  /** Settles when no client is leaving any more, or none could be seen to leave. */
  async clear(signal: AbortSignal): Promise<void> {
    await using probe = this.#probe();
    const until = performance.now() + longestWaitMs;
    for (;;) {
      const clients = await this.#listClients(probe, signal);
      const leaving = await this.#findLeaving(probe, toPids(clients), signal);
      if (leaving.length === 0 || performance.now() > until) return;
      // on tmux's side, wherever that is: nobody reads what the client has to say, so it never leaves by itself
      for (const pid of leaving) await this.#run(probe, ['run-shell', '-b', `kill -9 ${pid}`], signal);
      await delay(lookAgainMs, undefined, { signal });
    }
  }

  get #target(): string {
    return `${sessionTarget(this.#options.session)}:`;
  }

  #probe(): TmuxTransport {
    const { command, env } = this.#options;
    return createExecTransport({ command, env });
  }

  #listClients(probe: TmuxTransport, signal: AbortSignal): Promise<TmuxOutcome> {
    const list = ['list-clients', '-t', this.#target, '-F', '#{client_control_mode} #{client_pid}'];
    return this.#run(probe, list, signal);
  }

  async #findLeaving(probe: TmuxTransport, pids: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    if (pids.length === 0) return [];
    const options = await this.#run(probe, ['show-options', '-t', this.#target], signal);
    const lines = options.status === 'fulfilled' ? options.value : [];
    const owners = new Map(lines.flatMap((line) => toOwner(line)));
    return pids.filter((pid) => this.#hasLeft(owners.get(pid)));
  }

  #hasLeft(owner: Owner | undefined): boolean {
    if (owner === undefined || owner.host !== hostname()) return false;
    return owner.token === this.#token || !isRunning(owner.pid);
  }

  async #run(probe: TmuxTransport, command: TmuxCommand, signal: AbortSignal): Promise<TmuxOutcome> {
    const { timeoutMs } = this.#options;
    // a `docker exec` or ssh in front of tmux may hang, and would end connecting for ever
    const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const [outcome] = await probe.settleAll([command], { signal: either }).catch(() => []);
    signal.throwIfAborted();
    const reason = new RuntimeError('timed-out', `tmux ${command[0] ?? ''} was not answered within ${timeoutMs} ms`);
    return outcome ?? { status: 'rejected', reason };
  }
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

function toOwner(line: string): readonly (readonly [string, Owner])[] {
  const [, client, host, pid, token] = /^@swarm_client_(\d+) "(\S+) (\d+) (\S+)"$/.exec(line) ?? [];
  if (client === undefined || host === undefined || token === undefined) return [];
  return [[client, { host, pid: Number(pid), token }]];
}

function toPids(clients: TmuxOutcome): readonly string[] {
  if (clients.status !== 'fulfilled') return [];
  return clients.value.flatMap((line) => /^1 (\d+)$/.exec(line)?.[1] ?? []);
}

function toState(clients: TmuxOutcome): ServerState {
  if (clients.status === 'fulfilled') return 'alive';
  const reason: unknown = clients.reason;
  if (reason instanceof RuntimeError && reason.code === 'target-not-found') return 'bare';
  if (reason instanceof RuntimeError && reason.code === 'engine-unavailable' && !/denied/.test(reason.message))
    return 'dead';
  throw reason;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // another user's process, which runs
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
