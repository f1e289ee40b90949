import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { IpcError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { isLoopback } from './loopback.ts';

/** Certificate chain and private key, as PEM. */
export interface TlsIdentity {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface TcpOptions {
  /** @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  /** `'plain-on-loopback'` leaves TLS out, for a host of this machine alone: tokens are then readable for its root only. */
  readonly tls: TlsIdentity | 'plain-on-loopback';
}

export interface TcpListenerOptions extends TcpOptions {
  readonly limits: Pick<Limits, 'clients' | 'handshakeMs'>;
  readonly onSocket: (socket: Socket) => void;
}

/** Listens on a TCP port. Sockets are handed on once their TLS handshake is done. */
export class TcpListener {
  readonly #server: Server;
  /** Those whose TLS handshake is not done, by their other end. */
  readonly #shaking = new Map<string, Socket>();

  private constructor(server: Server, limits: TcpListenerOptions['limits']) {
    this.#server = server;
    // Those that shake hands, those that show who they are, and those that are clients.
    server.maxConnections = 3 * limits.clients;
    server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      if (server instanceof TlsServer) this.#shake(socket, limits.clients);
    });
    server.on('secureConnection', (socket: Socket) => this.#shaking.delete(otherEndOf(socket)));
  }

  /** Rejects with `insecure-listener`, `address-in-use`, or what the system says of the address. */
  static async listen(options: TcpListenerOptions): Promise<TcpListener> {
    const { host = '127.0.0.1', port, limits } = options;
    const listener = new TcpListener(createServer(options), limits);
    await listener.#listen(host, port);
    return listener;
  }

  /** The port that it got. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Takes no more, and ends those that are still shaking hands; sockets that were handed on are not touched. */
  close(): void {
    this.#server.close();
    for (const socket of this.#shaking.values()) socket.destroy();
  }

  #shake(socket: Socket, max: number): void {
    if (this.#shaking.size >= max) {
      socket.destroy();
      return;
    }
    const key = otherEndOf(socket);
    this.#shaking.set(key, socket);
    socket.once('close', () => {
      if (this.#shaking.get(key) === socket) this.#shaking.delete(key);
    });
  }

  async #listen(host: string, port: number): Promise<void> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      const problem = new IpcError('address-in-use', `Another server listens on ${host}:${port}.`, { cause });
      listening.reject(isTaken ? problem : cause);
    });
    this.#server.listen({ host, port }, listening.resolve);
    await listening.promise;
    // Such as too many open files: those who wait are served later.
    this.#server.on('error', () => undefined);
  }
}

function createServer({ host = '127.0.0.1', tls, limits, onSocket }: TcpListenerOptions): Server {
  if (tls === 'plain-on-loopback') {
    if (isLoopback(host)) return createTcpServer({ allowHalfOpen: true }, onSocket);
    throw new IpcError('insecure-listener', `Without TLS a port is for this machine alone, not for ${host}.`);
  }
  const options = { ...tls, minVersion: 'TLSv1.3', handshakeTimeout: limits.handshakeMs, allowHalfOpen: true } as const;
  try {
    // A handshake that fails is the peer's affair: Node closes its socket.
    return createTlsServer(options, onSocket).on('tlsClientError', (_cause, socket) => socket.destroy());
  } catch (cause) {
    throw new IpcError('insecure-listener', 'The certificate or the key is none.', { cause });
  }
}

function otherEndOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
