import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { IpcError } from '../errors.ts';
import { STDIO_PREFACE } from './preface.ts';

export interface ServeStdioOptions {
  /** Of the daemon below, whose option `parent` has no `dial`. */
  readonly socketPath: string;
  /** @default process.stdin */
  readonly input?: Readable | undefined;
  /** @default process.stdout */
  readonly output?: Writable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The far end of `connectOverStdio`: joins the streams of this process to a daemon's socket. Settles when either side has
 * ended; who called it should end the process then. Rejects with `server-unreachable`, or the signal's reason.
 */
export async function serveStdio(options: ServeStdioOptions): Promise<void> {
  const { socketPath, input = process.stdin, output = process.stdout, signal } = options;
  signal?.throwIfAborted();
  const socket = connect(socketPath);
  const ended = Promise.withResolvers<void>();
  const end = (): void => ended.resolve();
  const abort = (): void => ended.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await once(socket, 'connect', { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new IpcError('server-unreachable', `No daemon answers on ${socketPath}.`, { cause });
    });
    // A reset, or a broken pipe: the other side sees the end of its stream, and that is all there is to tell.
    for (const stream of [socket, input, output]) stream.on('error', end).on('close', end);
    for (const stream of [socket, input]) stream.on('end', end);
    output.write(`\n${STDIO_PREFACE}\n`);
    input.pipe(socket);
    socket.pipe(output);
    await ended.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    input.unpipe(socket);
    socket.destroy();
  }
}
