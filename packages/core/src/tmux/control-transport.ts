import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { ControlClient } from './control-client.ts';
import { createExecTransport, valueOf } from './exec-transport.ts';
import { tellListeners } from '../tell-listeners.ts';
import { sessionTarget } from './tmux-target.ts';
import { tmuxEnvironment } from './tmux-environment.ts';
import type { TmuxEvent } from './tmux-event.ts';
import { closedError } from './tmux-failure.ts';
import type { RunOptions, TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';

/** Which server a control-mode connection reaches, and how. */
export interface ControlTransportOptions {
  /** Program and arguments that reach the server: `['tmux', '-L', 'swarm-agents']`, `['docker', 'exec', '-i', id, 'tmux']`. */
  readonly command: readonly string[];
  /** Hidden session that the connection is attached to; made when it is missing. @default '_swarm' */
  readonly session?: string | undefined;
  /** Id of a session that exists (`$3`): attach to that one and hear its windows but no output. Nothing is ever made. */
  readonly attachTo?: string | undefined;
  /** tmux.conf for a server that the connection has to start. @default the person's own */
  readonly configFile?: string | undefined;
  /** Environment of the connection, and of a server that it starts. @default this process's, without TMUX */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Make a lost connection again by itself. @default true */
  readonly reconnect?: boolean | undefined;
  /** How long one look whether the server lives may take before the next is tried. @default 10_000 */
  readonly probeTimeoutMs?: number | undefined;
}

/**
 * One lasting `tmux -C` connection for everything. It is made by the first command, which also starts the server; a lost
 * one is made again when the server lives, or when a command needs it. Links into the hidden session are the caller's: look
 * at them after `reconnected`.
 */
export function createControlTransport(options: ControlTransportOptions): TmuxTransport {
  return new ControlTransport(options);
}

const pauseAfterSeconds = 5;
const attachAttempts = 3;
const firstRetryMs = 50;
const longestRetryMs = 5_000;
const probeTimeoutMs = 10_000;

class ControlTransport implements TmuxTransport {
  readonly kind = 'control';
  readonly session: string;
  readonly command: readonly string[];
  readonly #options: ControlTransportOptions;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #listeners = new Set<(event: TmuxEvent) => void>();
  /** `refresh-client -B` commands by the name of the subscription, to be made again on a new connection. */
  readonly #subscriptions = new Map<string, TmuxCommand>();
  readonly #disposed = new AbortController();
  #client: ControlClient | undefined;
  #connecting: Promise<ControlClient> | undefined;
  #wasConnected = false;

  constructor(options: ControlTransportOptions) {
    this.#options = options;
    this.command = options.command;
    this.session = options.attachTo ?? options.session ?? '_swarm';
    this.#env = tmuxEnvironment(options.env);
  }

  async run(command: TmuxCommand, { signal, input }: RunOptions = {}): Promise<readonly string[]> {
    if (input !== undefined) throw new RuntimeError('not-supported', 'A control-mode command has no standard input');
    const [outcome] = await this.settleAll([command], { signal });
    if (outcome === undefined) throw closedError('no answer');
    return valueOf(outcome);
  }

  async runAll(commands: readonly TmuxCommand[], options?: CallOptions): Promise<readonly (readonly string[])[]> {
    return (await this.settleAll(commands, options)).map(valueOf);
  }

  async settleAll(commands: readonly TmuxCommand[], { signal }: CallOptions = {}): Promise<readonly TmuxOutcome[]> {
    signal?.throwIfAborted();
    const client = this.#client ?? (await untilAborted(this.#connect(), signal));
    const outcomes = await untilAborted(Promise.all(client.send(commands)), signal);
    commands.forEach((command, index) => {
      if (command[0] === 'refresh-client' && outcomes[index]?.status === 'fulfilled') this.#remember(command);
    });
    return outcomes;
  }

  subscribe(listener: (event: TmuxEvent) => void): () => void {
    // a wrapper, so that one function may be subscribed twice
    const entry = (event: TmuxEvent): void => listener(event);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort(closedError('it was disposed'));
    await this.#connecting?.catch(() => undefined);
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
    this.#listeners.clear();
  }

  #remember(command: TmuxCommand): void {
    const subscription = command[command.indexOf('-B') + 1];
    if (!command.includes('-B') || subscription === undefined) return;
    const [name = '', format] = subscription.split(/:(.*)/s, 2);
    if (format === undefined) this.#subscriptions.delete(name);
    else this.#subscriptions.set(name, command);
  }

  #connect(): Promise<ControlClient> {
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<ControlClient> {
    const client = await this.#attach(attachAttempts);
    this.#client = client;
    void client.closed.then((reason) => this.#lost(client, reason));
    if (this.#wasConnected) {
      await Promise.all(client.send([...this.#subscriptions.values()]));
      this.#emit({ type: 'reconnected' });
    }
    this.#wasConnected = true;
    return client;
  }

  async #attach(attempts: number): Promise<ControlClient> {
    const { signal } = this.#disposed;
    signal.throwIfAborted();
    try {
      return await ControlClient.open({
        argv: this.#attachArgv(),
        env: this.#env,
        onEvent: (event, client) => this.#takeEvent(client, event),
      });
    } catch (error) {
      // a server that is just ending takes the client and then drops it
      if (attempts <= 1 || !(error instanceof RuntimeError) || error.code !== 'engine-unavailable') throw error;
      await delay(firstRetryMs, undefined, { signal });
      return this.#attach(attempts - 1);
    }
  }

  #attachArgv(): readonly string[] {
    const { configFile, attachTo } = this.#options;
    if (attachTo !== undefined)
      return [...this.command, '-u', '-C', 'attach-session', '-E', '-t', attachTo, '-f', 'ignore-size,no-output'];
    const config = configFile === undefined ? [] : ['-f', configFile];
    const attach = ['-u', '-C', 'new-session', '-A', '-E', '-s', this.session, '-n', 'swarm'];
    const flags = ['-f', `ignore-size,pause-after=${pauseAfterSeconds}`];
    // two words: started without a shell
    return [...this.command, ...config, ...attach, ...flags, '--', 'cat', '-'];
  }

  #takeEvent(client: ControlClient, event: TmuxEvent): void {
    if (event.type === 'pause') {
      void Promise.all(client.send([['refresh-client', '-A', `${event.paneId}:continue`]]));
    }
    // with `detach-on-destroy off`, tmux moves us elsewhere when the hidden session is killed
    if (event.type === 'session-changed' && event.name !== this.session && event.sessionId !== this.session)
      client.kill('the hidden session is gone');
    this.#emit(event);
  }

  #emit(event: TmuxEvent): void {
    tellListeners(this.#listeners, event);
  }

  #lost(client: ControlClient, reason: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#emit({ type: 'disconnected', reason });
    if (this.#options.reconnect !== false) void this.#retry();
  }

  async #retry(): Promise<void> {
    const { signal } = this.#disposed;
    for (let attempt = 0; !signal.aborted && this.#client === undefined; attempt += 1) {
      await delay(retryDelayMs(attempt, Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || this.#client !== undefined) return;
      // attaching would start a server that died, which is not for us to decide
      if (await this.#isServerAlive()) await this.#connect().catch(() => undefined);
    }
  }

  async #isServerAlive(): Promise<boolean> {
    await using probe = createExecTransport({ command: this.command, env: this.#env });
    // a `docker exec` or ssh in front of tmux may hang, and would end reconnecting for ever
    const timeout = AbortSignal.timeout(this.#options.probeTimeoutMs ?? probeTimeoutMs);
    const signal = AbortSignal.any([this.#disposed.signal, timeout]);
    const command = ['has-session', '-t', sessionTarget(this.session)];
    const [outcome] = await probe.settleAll([command], { signal }).catch(() => []);
    if (outcome?.status === 'fulfilled') return true;
    return this.#options.attachTo === undefined && outcome?.reason?.code === 'target-not-found';
  }
}

/** How long to wait before the next attempt: doubling from 50 ms to 5 s, each shortened by up to half. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 20)) * (1 - random / 2);
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
