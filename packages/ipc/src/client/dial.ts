import { connect } from 'node:net';
import type { Limits } from '../limits.ts';
import type { Link } from '../transport/link.ts';
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

/** Dials what `target` opens. */
export function createDial(target: DialTarget, encoding: Encoding, limits: Limits): Dial {
  if (encoding === 'json-lines') return (signal) => dialJsonLines(target, limits, signal);
  return async (signal) => {
    const { dialWebSocket } = await import('./dial-websocket.ts');
    return dialWebSocket(target, limits, signal);
  };
}
