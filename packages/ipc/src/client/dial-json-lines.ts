import type { Socket } from 'node:net';
import { decodeLine, jsonCodec } from '../codec/json-codec.ts';
import type { Limits } from '../limits.ts';
import { ErrorPayload } from '../protocol/envelope.ts';
import { peekFirstLine } from '../transport/first-line.ts';
import { JsonLinesLink } from '../transport/json-lines-link.ts';
import type { Link } from '../transport/link.ts';
import { type DialTarget, mute, turnedAway, unreachable } from './dial-target.ts';

/** Opens a socket for JSON lines; with a token, the link is there once the server took it. */
export async function dialJsonLines(target: DialTarget, limits: Limits, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const socket = target.open();
  const failed = Promise.withResolvers<never>();
  const abort = (): void => failed.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.on('error', (cause) => failed.reject(unreachable(target, cause, socket)));
  const timer = setTimeout(() => failed.reject(mute(target, limits.handshakeMs)), limits.handshakeMs);
  try {
    await Promise.race([opened(socket), failed.promise]);
    if (target.token !== undefined) await Promise.race([introduce(socket, target, target.token), failed.promise]);
    return new JsonLinesLink(socket, limits.frameBytes);
  } catch (cause) {
    socket.destroy();
    throw cause;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function opened(socket: Socket): Promise<void> {
  const done = Promise.withResolvers<void>();
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', done.resolve);
  return done.promise;
}

/** The answer stays in the socket: nobody waits for its id. */
async function introduce(socket: Socket, target: DialTarget, token: string): Promise<void> {
  socket.write(jsonCodec.encode({ type: 'heartbeat', id: 'introduction', auth: { token }, payload: {} }));
  const line = await peekFirstLine(socket);
  if (line === undefined) throw unreachable(target, undefined);
  const { type, payload } = decodeLine(line);
  if (type !== 'error') return;
  const { error_code: code, error_message: message } = ErrorPayload.parse(payload);
  throw turnedAway(target, code === 'AUTHENTICATION_FAILED' ? code : 'RATE_LIMIT_EXCEEDED', message);
}
