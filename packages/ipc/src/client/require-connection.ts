import { IpcError } from '../errors.ts';
import type { ConnectionLoop } from './connection-loop.ts';
import type { ServerConnection } from './server-connection.ts';

/** The connection that stands. Throws `closed` or `not-connected`: `what` was not sent. */
export function requireConnection({ state: { state }, connection }: ConnectionLoop, what: string): ServerConnection {
  if (state === 'closed') throw new IpcError('closed', `The client is closed: ${what} was not sent.`);
  if (state === 'connected' && connection) return connection;
  throw new IpcError('not-connected', `Not connected: ${what} was not sent.`);
}
