import { connect } from 'node:net';
import { IpcError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { JsonLinesLink } from '../transport/json-lines-link.ts';
import type { Link } from '../transport/link.ts';

/**
 * How a client speaks. `binary` is for whoever stays; `json-lines` needs no library and starts 40 ms earlier, which suits
 * a command that asks one question.
 */
export type Encoding = 'binary' | 'json-lines';

/** Opens a link. Rejects with `server-unreachable` or `busy`, and with the signal's reason. */
export type Dial = (signal: AbortSignal) => Promise<Link>;

/** Dials a unix socket. The libraries of an encoding are loaded when it is used first. */
export function createUnixDial(socketPath: string, encoding: Encoding, limits: Limits): Dial {
  if (encoding === 'json-lines') return (signal) => dialJsonLines(socketPath, limits, signal);
  return async (signal) => {
    const { dialWebSocket } = await import('./dial-websocket.ts');
    return dialWebSocket(socketPath, limits, signal);
  };
}

async function dialJsonLines(socketPath: string, limits: Limits, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const socket = connect(socketPath);
  const opened = Promise.withResolvers<void>();
  const abort = (): void => opened.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => opened.resolve());
  socket.once('error', (cause) => opened.reject(unreachable(socketPath, cause)));
  try {
    await opened.promise;
    return new JsonLinesLink(socket, limits.frameBytes);
  } catch (cause) {
    socket.destroy();
    throw cause;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Nothing answered at `socketPath`. */
export function unreachable(socketPath: string, cause: unknown): IpcError {
  return new IpcError('server-unreachable', `No server answers on ${socketPath}.`, { cause });
}
