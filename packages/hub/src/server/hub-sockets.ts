import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '@swarm-tui/core';
import { IpcServer, type IpcServerOptions, type Logger } from '@swarm-tui/ipc';

/** Where a hub listens and how its servers are made. */
export interface HubSocketsOptions {
  readonly server: IpcServerOptions;
  readonly logger: Logger;
  readonly socketPath: string;
  /** Used as well when `socketPath` cannot be made (again). */
  readonly fallbackSocketPath: string;
}

/** Pauses between tries to get the first socket back; they double up to the last. */
const firstRetryMs = 250;
const lastRetryMs = 30_000;

/**
 * The sockets a hub answers on: one as a rule, a second one while the directory of the first is gone for good. Notices
 * by itself that a socket file vanished and makes it again; clients that are connected do not notice.
 */
export class HubSockets implements AsyncDisposable {
  readonly #options: HubSocketsOptions;
  readonly #servers = new Map<string, IpcServer>();
  readonly #watchers = new Map<string, FSWatcher>();
  /** On how many servers a subject is wanted. */
  readonly #interest = new Map<string, number>();
  #socketPath: string;
  #repairing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = firstRetryMs;
  #isListening = false;
  #isStale = false;
  #isClosed = false;

  private constructor(options: HubSocketsOptions) {
    this.#options = options;
    this.#socketPath = options.socketPath;
  }

  /** Settles when clients can connect. Rejects with an `IpcError` when neither path can be had. */
  static async listen(options: HubSocketsOptions): Promise<HubSockets> {
    const sockets = new HubSockets(options);
    await sockets.#restore();
    sockets.#isListening = true;
    // What happened to the new socket file meanwhile was only noted.
    void sockets.repair();
    return sockets;
  }

  get clientCount(): number {
    return this.#all().reduce((sum, server) => sum + server.clientCount, 0);
  }

  /** Where clients find the hub now. */
  get socketPath(): string {
    return this.#socketPath;
  }

  publish(subject: string, payload: unknown): void {
    for (const server of this.#servers.values()) server.publish(subject, payload);
  }

  /** Makes socket files again that are gone. Calls at the same time share one repair, and one more after it. */
  repair(): Promise<void> {
    this.#isStale = true;
    if (!this.#isListening) return Promise.resolve();
    this.#repairing ??= this.#repairAll();
    return this.#repairing;
  }

  /** Takes no more, tells every client `reason`, then closes. */
  async close(reason: string): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    for (const watcher of this.#watchers.values()) watcher.close();
    await this.#repairing;
    await Promise.all(this.#all().map((server) => server.close(reason)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close('hub closed');
  }

  async #repairAll(): Promise<void> {
    const { logger } = this.#options;
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        await this.#restore();
      }
    } catch (cause) {
      logger.error({ event: 'hub.socket-lost', message: 'No socket could be made; send SIGUSR1 to try again.', cause });
    } finally {
      this.#repairing = null;
    }
  }

  async #restore(): Promise<void> {
    const { socketPath, fallbackSocketPath, logger } = this.#options;
    try {
      await this.#ensure(socketPath);
      this.#retryMs = firstRetryMs;
    } catch (cause) {
      if (this.#servers.size > 0) this.#repairLater();
      if (fallbackSocketPath === socketPath) throw cause;
      logger.warn({ event: 'hub.socket-fallback', socketPath: fallbackSocketPath, cause });
      await this.#ensure(fallbackSocketPath);
    }
  }

  // The directory may come back (at the next login), and nothing can be watched until then.
  #repairLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.repair(), this.#retryMs).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  async #ensure(path: string): Promise<void> {
    makeDirectory(dirname(path));
    const watched = identify(dirname(path));
    // Before the socket: what happens to it from now on is seen.
    this.#watch(path);
    this.#socketPath = path;
    await this.#serve(path);
    // A directory that is removed now is not told of, as the old socket still holds it: the new one may be another.
    if (identify(dirname(path)) !== watched) this.#isStale = true;
  }

  async #serve(path: string): Promise<void> {
    const server = this.#servers.get(path);
    if (server !== undefined) return server.recreateSocket();
    const onInterest = (subject: string, isWanted: boolean): void => this.#noteInterest(subject, isWanted);
    this.#servers.set(path, await IpcServer.listen({ ...this.#options.server, onInterest, socketPath: path }));
    this.#options.logger.info({ event: 'hub.listening', socketPath: path });
  }

  // A directory that was removed and made again is another one: the old watcher hears nothing of it.
  #watch(path: string): void {
    this.#watchers.get(path)?.close();
    const watcher = watch(dirname(path), { persistent: false }, (event) => {
      if (event === 'rename' && this.#watchers.get(path) === watcher) void this.repair();
    });
    watcher.on('error', () => void this.repair());
    this.#watchers.set(path, watcher);
  }

  #noteInterest(subject: string, isWanted: boolean): void {
    const before = this.#interest.get(subject) ?? 0;
    const after = before + (isWanted ? 1 : -1);
    if (after > 0) this.#interest.set(subject, after);
    else this.#interest.delete(subject);
    if (before === 0 || after === 0) this.#options.server.onInterest?.(subject, isWanted);
  }

  #all(): readonly IpcServer[] {
    return [...this.#servers.values()];
  }
}

/** Tells one directory from the next of the same name. */
function identify(directory: string): string {
  const stats = statSync(directory, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}
