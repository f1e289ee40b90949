import { X509Certificate } from 'node:crypto';
import type { Authorize } from '../daemon/identity.ts';
import { IpcError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { Acceptor } from '../transport/acceptor.ts';
import type { Link } from '../transport/link.ts';
import { TcpListener, type TcpOptions } from '../transport/tcp-listener.ts';
import type { AccessControl } from './access-control.ts';
import { createTcpEntrance, type StatusPages } from './create-entrance.ts';

export interface TcpPortOptions {
  readonly tcp: TcpOptions & {
    /** Names under which clients reach the port, besides those of the certificate, addresses and `localhost`. */
    readonly hostNames?: readonly string[] | undefined;
  };
  readonly access: AccessControl;
  readonly limits: Limits;
  readonly pages: StatusPages;
  readonly hasRoom: () => boolean;
  readonly onLink: (link: Link, authorize: Authorize) => void;
}

/** A TCP port of a daemon: TLS and tokens. */
export class TcpPort {
  readonly #listener: TcpListener;
  readonly #acceptor: Acceptor<Authorize>;

  private constructor(listener: TcpListener, acceptor: Acceptor<Authorize>) {
    this.#listener = listener;
    this.#acceptor = acceptor;
  }

  /** Rejects with `insecure-listener` without tokens, and without TLS where that is needed; or with `address-in-use`. */
  static async open({ tcp, access, limits, pages, hasRoom, onLink }: TcpPortOptions): Promise<TcpPort> {
    if (!access.tokens) throw new IpcError('insecure-listener', 'A TCP port without tokens would let everybody in.');
    const entrance = createTcpEntrance({ access, pages, isOurName: createNameCheck(tcp) });
    const acceptor = new Acceptor({ limits, entrance, hasRoom, onLink });
    const listener = await TcpListener.listen({ ...tcp, limits, onSocket: (socket) => acceptor.accept(socket) });
    return new TcpPort(listener, acceptor);
  }

  /** The port that it got. */
  get port(): number {
    return this.#listener.port;
  }

  /** Takes no more. Links that were made are not touched. */
  close(): void {
    this.#listener.close();
    this.#acceptor.close();
  }
}

function createNameCheck({ tls, hostNames = [] }: TcpPortOptions['tcp']): (name: string) => boolean {
  const names = new Set(hostNames.map((name) => name.toLowerCase()));
  if (tls === 'plain-on-loopback') return (name) => names.has(name);
  const certificate = readCertificate(tls.cert);
  return (name) => names.has(name) || certificate.checkHost(name) !== undefined;
}

function readCertificate(cert: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    throw new IpcError('insecure-listener', 'The certificate is none.', { cause });
  }
}
