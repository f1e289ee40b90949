import { randomBytes } from 'node:crypto';
import { OutgoingMessage } from '../codec/codec.ts';
import { IpcError } from '../errors.ts';
import { defaultLimits, type HeartbeatOptions, type Limits } from '../limits.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { isReservedType } from '../protocol/control.ts';
import { SubjectTable } from '../subjects/subject-table.ts';
import { Acceptor } from '../transport/acceptor.ts';
import { openEntrance } from '../transport/entrance.ts';
import type { Link } from '../transport/link.ts';
import { settleWithin } from '../transport/settle-within.ts';
import { UnixListener } from '../transport/unix-listener.ts';
import { ClientSession, type SessionHost } from './client-session.ts';
import type { HandleRequest } from './request.ts';

export interface IpcServerOptions {
  readonly handle: HandleRequest;
  /** Told when the first client subscribes to a subject or pattern, and when the last one no longer does. */
  readonly onInterest?: ((pattern: string, isWanted: boolean) => void) | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly logger?: Logger | undefined;
}

export interface ListenOptions extends IpcServerOptions {
  /** At most 100 bytes. Its directory is made, mode 0700, when it is missing. */
  readonly socketPath: string;
}

/** Answers requests and publishes to whoever subscribed, over any number of links. Knows nothing of what is said. */
export class IpcServer implements AsyncDisposable {
  readonly #limits: Limits;
  readonly #options: IpcServerOptions;
  readonly #subscriptions = new SubjectTable<ClientSession>();
  readonly #sessions = new Set<ClientSession>();
  readonly #idPrefix = randomBytes(6).toString('base64url');
  readonly #host: SessionHost;
  #nextNumber = 1;
  #acceptor: Acceptor<undefined> | undefined;
  #listener: UnixListener | undefined;
  #closing: Promise<void> | undefined;

  /** A server without a socket: links are handed to it with `addLink`. */
  constructor(options: IpcServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#host = this.#createHost();
  }

  /**
   * Settles when clients can connect. Removes a socket file on which nobody answers: the caller holds a lock of its own.
   * Rejects with `address-in-use`, `path-too-long` or `insecure-directory`.
   */
  static async listen({ socketPath, ...options }: ListenOptions): Promise<IpcServer> {
    const server = new IpcServer(options);
    await server.#listen(socketPath);
    return server;
  }

  /** Connections that are open now. */
  get clientCount(): number {
    return this.#sessions.size;
  }

  hasSubscribers(subject: string): boolean {
    return this.#subscriptions.match(subject).subscribers.length > 0;
  }

  /**
   * Sends `payload` to all subscribers of `subject`; encoded once, and not at all when nobody listens. Who reads too
   * slowly, and who cannot take a message of this size, is told `lagged` instead. Throws `reserved-subject`.
   */
  publish(subject: string, payload: unknown): void {
    if (isReservedType(subject)) throw new IpcError('reserved-subject', `"${subject}" is no subject.`);
    const { subscribers } = this.#subscriptions.match(subject);
    if (subscribers.length === 0) return;
    const message = new OutgoingMessage({ type: subject, id: this.#createId(), payload });
    for (const session of subscribers) session.publish(message);
  }

  /** Serves one more client. The server owns the link from here on. */
  addLink(link: Link): void {
    if (this.#closing) {
      link.destroy('server closing');
      return;
    }
    const session = new ClientSession(`client-${this.#nextNumber++}`, link, this.#host);
    this.#sessions.add(session);
    session.start();
  }

  /** Makes the socket file again when somebody removed it; connected clients do not notice. */
  async recreateSocket(): Promise<void> {
    await this.#listener?.recreate();
  }

  /** Takes no more, tells every client `reason`, lets requests in work end within `drainMs`, then closes. Twice is harmless. */
  close(reason = 'shutdown'): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(socketPath: string): Promise<void> {
    const acceptor = new Acceptor({
      limits: this.#limits,
      entrance: openEntrance,
      hasRoom: () => this.#sessions.size < this.#limits.clients,
      onLink: (link) => this.addLink(link),
    });
    this.#acceptor = acceptor;
    this.#listener = await UnixListener.listen({ socketPath, onSocket: (socket) => acceptor.accept(socket) });
  }

  async #close(reason: string): Promise<void> {
    await this.#listener?.close();
    this.#acceptor?.close();
    const sessions = [...this.#sessions];
    await settleWithin(Promise.all(sessions.map((session) => session.drain(reason))), this.#limits.drainMs);
    await Promise.all([...this.#sessions].map((session) => session.close(reason)));
  }

  #createId(): string {
    return `${this.#idPrefix}-${this.#nextNumber++}`;
  }

  #createHost(): SessionHost {
    const { handle, onInterest, heartbeat = {}, logger = silentLogger } = this.#options;
    return {
      limits: this.#limits,
      heartbeat,
      logger,
      handle: async (request) => handle(request),
      nextId: () => this.#createId(),
      subscribe: (pattern, session) => {
        if (this.#subscriptions.add(pattern, session)) onInterest?.(pattern, true);
      },
      unsubscribe: (pattern, session) => {
        if (this.#subscriptions.remove(pattern, session)) onInterest?.(pattern, false);
      },
      closed: (session) => this.#sessions.delete(session),
    };
  }
}
