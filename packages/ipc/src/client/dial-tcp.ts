import { connect } from 'node:net';
// Only who dials a port loads TLS: this module is part of no program that stays on its machine.
import { connect as connectTls } from 'node:tls';
import { IpcError } from '../errors.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { isLoopback } from '../transport/loopback.ts';
import { createDial, type Dial, type Encoding } from './dial.ts';
import type { DialTarget } from './dial-target.ts';

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
