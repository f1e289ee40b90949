import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { ControlClient } from './control-client.ts';
import { ControlNeighbours } from './control-neighbours.ts';
import { valueOf } from './exec-transport.ts';
import { KeepAlive } from './keep-alive.ts';
import { tellListeners } from '../tell-listeners.ts';
import { untilAborted } from '../until-aborted.ts';
import { sessionTarget } from './tmux-target.ts';
import { withoutTmux } from './without-tmux.ts';
import type { TmuxEvent } from './tmux-event.ts';
import { closedError, outcomeUnknown, silentError } from './tmux-failure.ts';
import type { BatchOptions, RunOptions, TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';

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
  /** Pause between two questions whether the server still answers on the connection. @default 15_000 */
  readonly keepAliveMs?: number | undefined;
  /** How long an answer to that question may take until the connection counts as silent. @default 10_000 */
  readonly silentAfterMs?: number | undefined;
}

/**
 * One lasting `tmux -C` connection for everything. It is made by the first command, which also starts the server; a lost
 * one is made again when the server lives, or when a command needs it. A server that stands still is told as `disconnected`
 * too, with the reason `silent`, and as `reconnected` when it answers; until then commands are refused. Links into the hidden session are the caller's: look
 * at them after `reconnected` and `session-remade`.
 */
export function createControlTransport(options: ControlTransportOptions): TmuxTransport {
  return new ControlTransport(options);
}

const pauseAfterSeconds = 5;
const attachAttempts = 8;
const firstRetryMs = 50;
const longestRetryMs = 5_000;
const defaultProbeTimeoutMs = 10_000;
const defaultKeepAliveMs = 15_000;
const defaultSilentAfterMs = 10_000;
/** Whatever the agent does that keeps the hidden session open; two words: started without a shell. */
const idleProgram = ['--', 'cat', '-'];

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
  readonly #neighbours: ControlNeighbours;
  #keepAlive: KeepAlive | undefined;
  #client: ControlClient | undefined;
  #connecting: Promise<ControlClient> | undefined;
  #retrying: Promise<void> | undefined;
  #wasConnected = false;
  /** The server has the connection and does not answer. */
  #isSilent = false;

  constructor(options: ControlTransportOptions) {
    this.#options = options;
    this.command = options.command;
    this.session = options.attachTo ?? options.session ?? '_swarm';
    this.#env = withoutTmux(options.env ?? process.env);
    const { command, probeTimeoutMs: timeoutMs = defaultProbeTimeoutMs } = options;
    this.#neighbours = new ControlNeighbours({ command, env: this.#env, session: this.session, timeoutMs });
  }

  async isAlive({ signal }: CallOptions = {}): Promise<boolean> {
    if (this.#client || this.#connecting) return true;
    const { signal: disposed } = this.#disposed;
    const state = await this.#neighbours.look(signal ? AbortSignal.any([signal, disposed]) : disposed);
    if (state === 'dead') this.#waitForServer();
    return state !== 'dead';
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

  async settleAll(commands: readonly TmuxCommand[], options: BatchOptions = {}): Promise<readonly TmuxOutcome[]> {
    const { signal } = options;
    signal?.throwIfAborted();
    const client = this.#client ?? (await untilAborted(this.#connect(), signal));
    if (this.#isSilent) return commands.map(() => ({ status: 'rejected', reason: silentError() }));
    const outcomes = await this.#settle(client, commands, options);
    commands.forEach((command, index) => {
      if (command[0] === 'refresh-client' && outcomes[index]?.status === 'fulfilled') this.#remember(command);
    });
    return outcomes;
  }

  async #settle(
    client: ControlClient,
    commands: readonly TmuxCommand[],
    { signal, signalUntil }: BatchOptions,
  ): Promise<readonly TmuxOutcome[]> {
    const isKept = signalUntil === 'written';
    const batch = client.batch(commands, { outlastsSilence: isKept });
    try {
      return await untilAborted(batch.outcomes, signal);
    } catch (cause) {
      // only the signal rejects
      if (batch.withdraw()) throw cause;
      if (isKept) return batch.outcomes;
      throw outcomeUnknown(commands, cause) ?? cause;
    }
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
    this.#keepAlive?.[Symbol.dispose]();
    const client = this.#client;
    this.#client = undefined;
    // subscriptions first: tmux 3.3a may die of those of a client that is just leaving
    const unsubscribe = [...this.#subscriptions.keys()].map((name): TmuxCommand => ['refresh-client', '-B', name]);
    await client?.close([...unsubscribe, this.#neighbours.unmark]);
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
    // a command may have connected while somebody looked whether the server lives
    if (this.#client) return Promise.resolve(this.#client);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<ControlClient> {
    const client = await this.#attach(attachAttempts);
    this.#client = client;
    void client.closed.then((reason) => this.#lost(client, reason));
    this.#isSilent = false;
    void client.send(this.#ownCommands());
    this.#keepAlive = this.#watchOver(client);
    // whoever waits for a server did not ask for this connection
    if (this.#wasConnected || this.#retrying) {
      await client.send([...this.#subscriptions.values()]);
      this.#emit({ type: 'reconnected' });
    }
    this.#wasConnected = true;
    return client;
  }

  #ownCommands(): readonly TmuxCommand[] {
    if (this.#options.attachTo !== undefined) return [this.#neighbours.mark];
    // a client that is left without a session, its output unread, ends tmux 3.3a at the next turn of its subscriptions
    const stay = ['set-option', '-t', `${sessionTarget(this.session)}:`, 'detach-on-destroy', 'off'];
    return [this.#neighbours.mark, stay];
  }

  #watchOver(client: ControlClient): KeepAlive {
    const { keepAliveMs = defaultKeepAliveMs, silentAfterMs = defaultSilentAfterMs } = this.#options;
    return new KeepAlive({
      everyMs: keepAliveMs,
      withinMs: silentAfterMs,
      ask: () => client.ask(),
      onSilent: () => {
        this.#isSilent = true;
        client.giveUp();
        this.#emit({ type: 'disconnected', reason: 'silent' });
      },
      onAnswer: () => {
        if (this.#client !== client) return;
        this.#isSilent = false;
        this.#emit({ type: 'reconnected' });
      },
    });
  }

  async #attach(attempts: number): Promise<ControlClient> {
    const { signal } = this.#disposed;
    signal.throwIfAborted();
    await this.#neighbours.clear(signal);
    try {
      return await ControlClient.open({
        argv: this.#attachArgv(),
        env: this.#env,
        onEvent: (event, client) => this.#takeEvent(client, event),
        onDoubt: () => this.#keepAlive?.askNow(),
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
    return [...this.command, ...config, ...attach, ...flags, ...idleProgram];
  }

  #takeEvent(client: ControlClient, event: TmuxEvent): void {
    if (event.type === 'pause') {
      void client.send([['refresh-client', '-A', `${event.paneId}:continue`]]);
    }
    // with `detach-on-destroy off`, tmux moves us elsewhere when the hidden session is killed
    if (event.type === 'session-changed' && event.name !== this.session && event.sessionId !== this.session)
      void this.#returnHome(client);
    this.#emit(event);
  }

  /** Makes the hidden session again and goes back to it, over the same connection. */
  async #returnHome(client: ControlClient): Promise<void> {
    if (this.#options.attachTo !== undefined) return client.kill('the session is gone');
    const outcomes = await client.send([
      // another connection may have made it already
      ['new-session', '-d', '-E', '-s', this.session, '-n', 'swarm', ...idleProgram],
      ['switch-client', '-E', '-t', `${sessionTarget(this.session)}:`],
      ...this.#ownCommands(),
    ]);
    if (outcomes[1]?.status === 'fulfilled') this.#emit({ type: 'session-remade' });
    else client.kill('the hidden session is gone');
  }

  #emit(event: TmuxEvent): void {
    tellListeners(this.#listeners, event);
  }

  #lost(client: ControlClient, reason: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#keepAlive?.[Symbol.dispose]();
    this.#emit({ type: 'disconnected', reason });
    this.#waitForServer();
  }

  /** Connects when the server lives (again). */
  #waitForServer(): void {
    if (this.#options.reconnect === false) return;
    this.#retrying ??= this.#retry().finally(() => {
      this.#retrying = undefined;
    });
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
    const state = await this.#neighbours.look(this.#disposed.signal).catch(() => 'dead' as const);
    return state === 'alive' || (state === 'bare' && this.#options.attachTo === undefined);
  }
}

/** How long to wait before the next attempt: doubling from 50 ms to 5 s, each shortened by up to half. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 20)) * (1 - random / 2);
}
