import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Limits } from '../limits.ts';
import type { WireCode } from '../protocol/wire-codes.ts';
import type { Link } from '../transport/link.ts';
import { WebSocketLink } from '../transport/websocket-link.ts';
import { type DialTarget, mute, turnedAway, unreachable } from './dial-target.ts';

/** What the server says by an HTTP status. */
const refusals: ReadonlyMap<number, WireCode> = new Map([
  [401, 'AUTHENTICATION_FAILED'],
  [429, 'RATE_LIMIT_EXCEEDED'],
  [503, 'LIMIT_EXCEEDED'],
]);

/** Opens a WebSocket. */
export async function dialWebSocket(target: DialTarget, limits: Limits, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const streams: Socket[] = [];
  const socket = new WebSocket(`ws://${target.authority}/`, {
    createConnection: () => {
      const stream = target.open();
      streams.push(stream);
      return stream;
    },
    headers: target.token === undefined ? {} : { authorization: `Bearer ${target.token}` },
    perMessageDeflate: false,
    // Masks keep web pages from fooling proxies. Here is neither, and an all-zero one costs nothing on both sides.
    generateMask: (mask) => mask.fill(0),
    maxPayload: limits.frameBytes,
  });
  const opened = Promise.withResolvers<Link>();
  const abort = (): void => opened.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // The handshakeTimeout of ws (8.23) does nothing on a socket that it did not make itself.
  const timer = setTimeout(() => opened.reject(mute(target, limits.handshakeMs)), limits.handshakeMs);
  // The link must exist before the first frame is read.
  socket.once('open', () => opened.resolve(new WebSocketLink(socket)));
  socket.on('error', (cause) => opened.reject(unreachable(target, cause, streams[0])));
  socket.once('unexpected-response', (_request, response) => {
    const code = refusals.get(response.statusCode ?? 0);
    opened.reject(code ? turnedAway(target, code) : unreachable(target, response.statusMessage));
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
