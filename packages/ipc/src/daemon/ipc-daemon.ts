import type { Socket } from 'node:net';
import { AccessControl } from '../access/access-control.ts';
import { createOwnerEntrance } from '../access/create-entrance.ts';
import { TcpPort, type TcpPortOptions } from '../access/tcp-port.ts';
import { binaryCodec } from '../codec/binary-codec.ts';
import type { HeartbeatOptions } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { PARENT_PATH } from '../parent/preface.ts';
import type { ParentOptions } from '../parent/parent-options.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { unknownType } from '../protocol/read-message.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { MessageStore } from '../store/message-store.ts';
import { openMessageStore } from '../store/open-message-store.ts';
import type { StoreLimits } from '../store/store-limits.ts';
import { findSubjectFault } from '../subjects/pattern.ts';
import { Acceptor } from '../transport/acceptor.ts';
import type { Link } from '../transport/link.ts';
import { settleWithin } from '../transport/settle-within.ts';
import { UnixListener } from '../transport/unix-listener.ts';
import type { Receipt } from './buffers.ts';
import { type DaemonLimits, defaultDaemonLimits } from './daemon-limits.ts';
import { lockSocket } from './daemon-lock.ts';
import { type DaemonParts, joinParts } from './daemon-parts.ts';
import { DaemonSession } from './daemon-session.ts';
import { type DaemonStats, readStats } from './daemon-stats.ts';
import type { Authorize } from './identity.ts';
import { Relayed } from './relayed.ts';

export interface IpcDaemonOptions {
  /** Where durable messages lie. One daemon at a time has it. */
  readonly store: {
    readonly directory: string;
    readonly limits?: Partial<StoreLimits> | undefined;
    /** Entry of the worker thread, for programs that are bundled. */
    readonly workerUrl?: URL | undefined;
  };
  /** Who may do what. @default the owner of the socket everything, nobody anything by token */
  readonly access?: AccessControl | undefined;
  readonly limits?: Partial<DaemonLimits> | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  /** Between two broadcasts of `system_status`. @default 30000 */
  readonly statusMs?: number | undefined;
  readonly logger?: Logger | undefined;
  /** The daemon above this one. */
  readonly parent?: ParentOptions | undefined;
  /** Another daemon asked this one to leave; close it, and end the process. @default closes it */
  readonly onLeave?: ((reason: string) => void) | undefined;
}

export interface ListenDaemonOptions extends IpcDaemonOptions {
  /** At most 100 bytes. Its directory is made, mode 0700, when it is missing. Without it, links come by `addLink` only. */
  readonly socketPath?: string | undefined;
  /** A port besides; `access` needs tokens then. */
  readonly tcp?: TcpPortOptions['tcp'] | undefined;
  /** How long to wait for a daemon that serves the socket, which is asked to leave. @default 0: do not ask */
  readonly takeOverMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A durable message bus on a socket: subjects, types of the protocol, requests, queues, buffers. What it does with each
 * message stands in docs/protocols.
 */
export class IpcDaemon implements AsyncDisposable {
  readonly #options: IpcDaemonOptions;
  readonly #limits: DaemonLimits;
  readonly #logger: Logger;
  readonly #store: MessageStore;
  readonly #parts: DaemonParts;
  readonly #access: AccessControl;
  readonly #acceptor: Acceptor<Authorize>;
  #tcp: TcpPort | undefined;
  readonly #status: NodeJS.Timeout;
  #lock: Disposable | undefined;
  #listener: UnixListener | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: IpcDaemonOptions, store: MessageStore, lock: Disposable | undefined) {
    this.#options = options;
    this.#limits = { ...defaultDaemonLimits, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    this.#store = store;
    this.#access = options.access ?? new AccessControl();
    this.#lock = lock;
    this.#parts = joinParts({
      store,
      limits: this.#limits,
      logger: this.#logger,
      heartbeat: options.heartbeat ?? {},
      isClosing: () => this.#closing !== undefined,
      leave: (reason) => this.#leave(reason),
      parent: options.parent,
    });
    this.#acceptor = new Acceptor({
      limits: this.#limits,
      entrance: createOwnerEntrance(this.#access, this.#parts.pages),
      // Clients, however many, must not keep the parent out.
      hasRoom: (path) => path === PARENT_PATH || this.hasRoom,
      onLink: (link, authorize, path) => this.#takeLink(link, authorize, path),
    });
    this.#status = setInterval(() => void this.#tellStatus(), options.statusMs ?? 30_000);
    this.#status.unref();
  }

  /**
   * Settles when clients can connect. Rejects with `address-in-use`, `path-too-long`, `insecure-directory`, or what
   * `openMessageStore` rejects with.
   */
  static async listen(options: ListenDaemonOptions): Promise<IpcDaemon> {
    const { socketPath, takeOverMs = 0, logger = silentLogger, store, signal } = options;
    const limits = { ...defaultDaemonLimits, ...options.limits };
    const lock =
      socketPath === undefined ? undefined : await lockSocket({ socketPath, limits, logger, takeOverMs, signal });
    let opened: MessageStore | undefined;
    let daemon: IpcDaemon | undefined;
    try {
      opened = await openMessageStore({ ...store, lockWaitMs: takeOverMs, logger, signal });
      daemon = new IpcDaemon(options, opened, lock);
      await daemon.#parts.uplink?.open();
      await daemon.#listen(options);
      return daemon;
    } catch (cause) {
      if (daemon) await daemon.close();
      else await opened?.[Symbol.asyncDispose]();
      lock?.[Symbol.dispose]();
      throw cause;
    }
  }

  /** Connections that are open now. */
  get clientCount(): number {
    return this.#parts.exchange.sessions.size;
  }

  /** The TCP port that it got. */
  get port(): number | undefined {
    return this.#tcp?.port;
  }

  /** Whether one more client may connect. */
  get hasRoom(): boolean {
    return this.#closing === undefined && this.clientCount < this.#limits.clients;
  }

  /** Serves one more client. The daemon owns the link from here on. `authorize`: its credentials. @default those of the socket */
  addLink(link: Link, authorize: Authorize = this.#access.admitOwner()): void {
    if (!this.hasRoom) {
      link.destroy(this.#closing ? 'daemon closing' : 'too many clients');
      return;
    }
    const session = new DaemonSession(link, this.#parts.host, authorize);
    this.#parts.exchange.add(session);
    session.start();
  }

  /**
   * Sends as the daemon, to whoever subscribed. What is durable (`buffer_…` types and `buffer.` subjects) is on the disk
   * when it settles, and has a receipt. Rejects with a `WireFailure`, or the store's `IpcError`.
   */
  async publish(type: string, payload: unknown): Promise<Receipt | null> {
    if (this.#closing) throw new WireFailure('SHUTTING_DOWN', 'The daemon is ending.');
    const { exchange, buffers } = this.#parts;
    const stream = findStream(type, payload);
    const id = exchange.createId();
    const bytes = binaryCodec.encode({ type, id, timestamp: new Date().toISOString(), payload });
    if (stream !== undefined) return buffers.keep({ stream, id, type, bytes });
    exchange.deliver(exchange.match(type), new Relayed(bytes), 1);
    return null;
  }

  /** Makes the socket file again when somebody removed it; connected clients do not notice. */
  async recreateSocket(): Promise<void> {
    await this.#listener?.recreate();
  }

  stats(): Promise<DaemonStats> {
    return readStats(this.#parts, this.#store);
  }

  /** Takes no more, finishes what is on its way to the disk, tells every client `reason`, then closes. Twice is harmless. */
  close(reason = 'shutdown'): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen({ socketPath, tcp }: ListenDaemonOptions): Promise<void> {
    const onSocket = (socket: Socket): void => this.#acceptor.accept(socket);
    if (tcp) {
      this.#tcp = await TcpPort.open({
        tcp,
        access: this.#access,
        limits: this.#limits,
        pages: this.#parts.pages,
        hasRoom: () => this.hasRoom,
        onLink: (link, authorize) => this.addLink(link, authorize),
      });
    }
    if (socketPath !== undefined) this.#listener = await UnixListener.listen({ socketPath, onSocket });
  }

  /** The parent comes through the socket file, as its owner, by a path of its own. */
  #takeLink(link: Link, authorize: Authorize, path: string): void {
    if (path !== PARENT_PATH) return this.addLink(link, authorize);
    const { uplink } = this.#parts;
    const isWelcome = uplink?.takesOffers && authorize.onConnect()?.isOwner && this.#closing === undefined;
    authorize.dispose();
    if (uplink && isWelcome) uplink.offer(link);
    else link.destroy('no parent is expected here');
  }

  #leave(reason: string): void {
    // The answer goes out first.
    setImmediate(() => {
      if (this.#options.onLeave) this.#options.onLeave(reason);
      else void this.close(reason);
    });
  }

  async #tellStatus(): Promise<void> {
    const { exchange, status } = this.#parts;
    const { subscribers, queues } = exchange.match('system_status');
    if (subscribers.length === 0 && queues.length === 0) return;
    try {
      exchange.announce('system_status', await status.describe());
    } catch (cause) {
      this.#logger.warn({ event: 'daemon.status-failed', cause });
    }
  }

  async #close(reason: string): Promise<void> {
    const { exchange, buffers, presence, requests, uplink } = this.#parts;
    clearInterval(this.#status);
    const sessions = [...exchange.sessions];
    for (const session of sessions) session.stopTaking();
    this.#tcp?.close();
    await this.#listener?.close();
    this.#acceptor.close();
    // Whoever waits for a receipt gets it before the goodbye.
    await buffers.settled();
    await settleWithin(Promise.all(sessions.map((session) => session.idle())), this.#limits.drainMs);
    const failure = new WireFailure('SHUTTING_DOWN', `The daemon ends: ${reason}.`);
    for (const session of exchange.sessions) {
      requests.end(session, failure);
      presence.farewell(session, reason);
    }
    await Promise.all([...exchange.sessions].map((session) => session.close(reason)));
    await uplink?.[Symbol.asyncDispose]();
    await this.#store[Symbol.asyncDispose]();
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }
}

/** The stream of what is durable. Throws a `WireFailure` for what is no type and no subject. */
function findStream(type: string, payload: unknown): string | undefined {
  if (type.includes('.')) {
    const fault = findSubjectFault(type);
    if (fault !== undefined) throw new WireFailure('MESSAGE_FORMAT_INVALID', `The subject "${type}" ${fault}.`);
    return type.startsWith('buffer.') ? type.split('.')[1] : undefined;
  }
  const definition = findMessageType(type);
  if (!definition) throw unknownType(type);
  const parsed = definition.payload.safeParse(payload);
  if (!parsed.success) throw new WireFailure('MESSAGE_FORMAT_INVALID', `The payload is no ${type}.`);
  if (!definition.isDurable) return undefined;
  const stream: unknown = Reflect.get(Object(payload), 'taskspace_id');
  return typeof stream === 'string' ? stream : undefined;
}
