import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { IpcError } from '../errors.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import type { Link } from '../transport/link.ts';
import { isLoopback } from '../transport/loopback.ts';
import { dialJsonLines } from './dial-json-lines.ts';
import type { DialTarget } from './dial-target.ts';

/**
 * How a client speaks. `binary` is for whoever stays; `json-lines` needs no library and starts 40 ms earlier, which suits
 * a command that asks one question.
 */
export type Encoding = 'binary' | 'json-lines';

/**
 * Opens a link. Rejects with `server-unreachable`, `untrusted-server`, `access-denied`, `timed-out` or `busy`, and with the
 * signal's reason.
 */
export type Dial = (signal: AbortSignal) => Promise<Link>;

/** Dials a unix socket. The libraries of an encoding are loaded when it is used first. */
export function createUnixDial(socketPath: string, encoding: Encoding, limits: Limits): Dial {
  // A URL cannot hold every path that a file system can.
  const open = () => connect(socketPath);
  return createDial({ name: socketPath, authority: 'localhost', token: undefined, open }, encoding, limits);
}

export interface TcpDialOptions {
  readonly host: string;
  readonly port: number;
  /** Who is trusted; `'plain-on-loopback'` leaves TLS out, for this machine alone. */
  readonly tls:
    | {
        /** Certificates that may have signed the server's, or its own, as PEM. @default those that Node trusts */
        readonly ca?: string | Buffer | undefined;
        /** Name in the certificate. @default `host` */
        readonly servername?: string | undefined;
      }
    | 'plain-on-loopback';
  /** As `TokenStore.create` gave it. */
  readonly token: string;
  /** @default 'binary' */
  readonly encoding?: Encoding | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Dials a TCP port, with TLS 1.3 and a token. Throws `insecure-listener` for a plain connection to another machine. */
export function createTcpDial({ host, port, tls, token, encoding = 'binary', limits }: TcpDialOptions): Dial {
  if (tls === 'plain-on-loopback' && !isLoopback(host)) {
    throw new IpcError('insecure-listener', `A token is not sent to ${host} without TLS.`);
  }
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const target: DialTarget = {
    name: authority,
    authority,
    token,
    open: () => {
      if (tls === 'plain-on-loopback') return connect({ host, port, noDelay: true });
      const { ca, servername = host } = tls;
      return connectTls({ host, port, minVersion: 'TLSv1.3', ...(ca && { ca }), ...toName(servername) }).setNoDelay(
        true,
      );
    },
  };
  return createDial(target, encoding, { ...defaultLimits, ...limits });
}

/** An address is not sent as a name (RFC 6066), but the certificate has to hold it all the same. */
function toName(servername: string): { servername?: string } {
  return /^[\d.]+$|:/.test(servername) ? {} : { servername };
}

function createDial(target: DialTarget, encoding: Encoding, limits: Limits): Dial {
  if (encoding === 'json-lines') return (signal) => dialJsonLines(target, limits, signal);
  return async (signal) => {
    const { dialWebSocket } = await import('./dial-websocket.ts');
    return dialWebSocket(target, limits, signal);
  };
}
