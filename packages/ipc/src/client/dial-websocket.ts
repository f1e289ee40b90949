import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { IpcError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Link } from '../transport/link.ts';
import { WebSocketLink } from '../transport/websocket-link.ts';
import { unreachable } from './dial.ts';

const SERVICE_UNAVAILABLE = 503;

/** Opens a WebSocket on a unix socket. */
export async function dialWebSocket(socketPath: string, limits: Limits, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const socket = new WebSocket('ws://localhost/', {
    // A URL cannot hold every path that a file system can.
    createConnection: () => connect(socketPath),
    perMessageDeflate: false,
    // Masks keep web pages from fooling proxies. Here is neither, and an all-zero one costs nothing on both sides.
    generateMask: (mask) => mask.fill(0),
    maxPayload: limits.frameBytes,
  });
  const opened = Promise.withResolvers<Link>();
  const abort = (): void => opened.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // The handshakeTimeout of ws (8.23) does nothing on a socket that it did not make itself.
  const timer = setTimeout(() => opened.reject(mute(socketPath, limits.handshakeMs)), limits.handshakeMs);
  // The link must exist before the first frame is read.
  socket.once('open', () => opened.resolve(new WebSocketLink(socket)));
  socket.on('error', (cause) => opened.reject(unreachable(socketPath, cause)));
  socket.once('unexpected-response', (_request, response) => {
    const isBusy = response.statusCode === SERVICE_UNAVAILABLE;
    opened.reject(isBusy ? tooManyClients(socketPath) : unreachable(socketPath, undefined));
  });
  try {
    return await opened.promise;
  } catch (cause) {
    socket.terminate();
    throw cause;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function tooManyClients(socketPath: string): IpcError {
  return new IpcError('busy', `The server on ${socketPath} has as many clients as it allows.`);
}

function mute(socketPath: string, ms: number): IpcError {
  return new IpcError('timed-out', `Something listens on ${socketPath}, but said nothing for ${ms} ms.`);
}
