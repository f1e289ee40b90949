import type { Socket } from 'node:net';
import { IpcError } from '../errors.ts';
import type { WireCode } from '../protocol/wire-codes.ts';

/** A server to dial. */
export interface DialTarget {
  /** For messages: a path, or an address. */
  readonly name: string;
  /** What the HTTP request names; a path has no meaning there. */
  readonly authority: string;
  readonly token: string | undefined;
  open(): Socket;
}

/** Nothing answered there, or not who was expected. */
export function unreachable({ name }: DialTarget, cause: unknown, socket?: Socket): IpcError {
  // By its field: to name the class would load TLS everywhere.
  if (socket && 'authorizationError' in socket && socket.authorizationError) {
    return new IpcError('untrusted-server', `What answers on ${name} has a certificate that is not trusted.`, {
      cause,
    });
  }
  return new IpcError('server-unreachable', `No server answers on ${name}.`, { cause });
}

/** The server said why it lets nobody in now. */
export function turnedAway({ name }: DialTarget, code: WireCode, message?: string): IpcError {
  if (code === 'AUTHENTICATION_FAILED') {
    return new IpcError('access-denied', message ?? `The server on ${name} does not accept the token.`);
  }
  return new IpcError('busy', message ?? `The server on ${name} has as many clients as it allows.`);
}

/** Something took the connection and said nothing. */
export function mute({ name }: DialTarget, ms: number): IpcError {
  return new IpcError('timed-out', `Something listens on ${name}, but said nothing for ${ms} ms.`);
}
