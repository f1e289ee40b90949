import { setTimeout as sleep } from 'node:timers/promises';
import { AccessControl } from '../access/access-control.ts';
import type { ConnectionState } from '../client/connection-state.ts';
import { Listeners } from '../client/listeners.ts';
import { type ReconnectOptions, reconnectDelayMs } from '../client/reconnect.ts';
import type { IpcDaemon } from '../daemon/ipc-daemon.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { openStdioLink } from './stdio-link.ts';

const STEADY_MS = 5000;
const defaultReconnect: ReconnectOptions = { initialMs: 200, factor: 2, maxMs: 30_000 };

export interface ConnectOverStdioOptions {
  /** The parent. */
  readonly daemon: IpcDaemon;
  /** A prefix such as `['ssh', 'host']`, then the program that calls `serveStdio` beside the daemon below. */
  readonly command: readonly string[];
  /** Environment of the command. @default that of this process */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What the daemon below may speak for: it is an agent here, with these taskspaces and no more. */
  readonly taskspaces: readonly string[];
  readonly reconnect?: Omit<ReconnectOptions, 'attempts'> | undefined;
  readonly limits?: Partial<Pick<Limits, 'frameBytes' | 'handshakeMs'>> | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * Keeps a link to a daemon elsewhere, whose option `parent` has no `dial`: starts the command, and again whenever it ends,
 * until dispose. The daemon there then forwards to `daemon`, and gets its commands.
 */
export function connectOverStdio(options: ConnectOverStdioOptions): StdioConnection {
  return new StdioConnection(options);
}

/** One link after the other over the same command. */
export class StdioConnection implements AsyncDisposable {
  readonly #options: ConnectOverStdioOptions;
  readonly #limits: Limits;
  readonly #access: AccessControl;
  readonly #listeners: Listeners<ConnectionState>;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  #state: ConnectionState = { state: 'connecting' };

  constructor(options: ConnectOverStdioOptions) {
    const { taskspaces, logger = silentLogger } = options;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#listeners = new Listeners(logger);
    this.#access = new AccessControl({
      owner: { role: 'agent', taskspaces: new Set(taskspaces), publish: ['>'], subscribe: ['>'] },
    });
    this.#ended = this.#run();
  }

  get connection(): ConnectionState {
    return this.#state;
  }

  /** Tells each change of `connection`. */
  onConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Settles when the command has ended. Twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    await Promise.resolve();
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const reason = await this.#live(signal);
      if (signal.aborted) break;
      if (performance.now() - startedAt > STEADY_MS) failures = 0;
      const reconnect = { ...defaultReconnect, ...this.#options.reconnect };
      const delayMs = reconnectDelayMs(failures++, reconnect, Math.random());
      this.#setState({ state: 'lost', since: Date.now(), retryAt: Date.now() + delayMs, reason });
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
    this.#setState({ state: 'closed', reason: 'closed' });
  }

  /** From the start of the command to its end. Never rejects. */
  async #live(signal: AbortSignal): Promise<string> {
    const { command, env, daemon, logger = silentLogger } = this.#options;
    try {
      const { link, ended } = await openStdioLink({ command, env, limits: this.#limits, signal });
      const close = (): void => link.destroy('closed');
      signal.addEventListener('abort', close, { once: true });
      daemon.addLink(link, this.#access.admitOwner());
      this.#setState({ state: 'connected', since: Date.now() });
      const reason = await ended;
      signal.removeEventListener('abort', close);
      link.destroy(reason);
      return reason;
    } catch (cause) {
      logger.debug({ event: 'ipc.stdio-failed', cause });
      return cause instanceof Error ? cause.message : String(cause);
    }
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#listeners.tell(state);
  }
}
