import { randomBytes } from 'node:crypto';
import { chmod, link, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { IpcError } from '../errors.ts';

/** `sun_path` holds 108 bytes on Linux, 104 on macOS; the temporary name takes some. */
const MAX_PATH_BYTES = 100;
const SUFFIX_BYTES = 3;

export interface UnixListenerOptions {
  readonly socketPath: string;
  readonly onSocket: (socket: Socket) => void;
}

/**
 * Listens on a unix socket, mode 0600, in a directory that it makes with mode 0700. A stale socket file is replaced;
 * of two starters at one moment one wins, the other gets `address-in-use`.
 */
export class UnixListener {
  readonly #options: UnixListenerOptions;
  #server: Server | undefined;
  #inode: bigint | undefined;

  private constructor(options: UnixListenerOptions) {
    this.#options = options;
  }

  /** Rejects with `path-too-long`, `insecure-directory` or `address-in-use`. */
  static async listen(options: UnixListenerOptions): Promise<UnixListener> {
    const { socketPath } = options;
    if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES) {
      throw new IpcError(
        'path-too-long',
        `The socket path is ${Buffer.byteLength(socketPath)} bytes long: ${socketPath}`,
      );
    }
    const listener = new UnixListener(options);
    await listener.#bind();
    return listener;
  }

  /** Makes the socket file again when it is gone or is not ours. Connections are not touched. */
  async recreate(): Promise<void> {
    if (this.#inode !== undefined && (await findInode(this.#options.socketPath)) === this.#inode) return;
    this.#server?.close();
    await this.#bind();
  }

  /** Takes no more connections and removes the socket file, if it is still ours. */
  async close(): Promise<void> {
    const inode = this.#inode;
    this.#inode = undefined;
    this.#server?.close();
    if (inode !== undefined && (await findInode(this.#options.socketPath)) === inode) {
      await rm(this.#options.socketPath, { force: true });
    }
  }

  async #bind(): Promise<void> {
    const { socketPath, onSocket } = this.#options;
    await prepareDirectory(dirname(socketPath));
    // Bound under another name first: the name that clients know appears with its mode set, in one step, and libuv,
    // which removes on close the name it bound, never removes the socket of a successor.
    const temporary = `${socketPath}.${randomBytes(SUFFIX_BYTES).toString('base64url').slice(0, SUFFIX_BYTES)}`;
    const server = createServer({ allowHalfOpen: true }, onSocket);
    await listenOn(server, temporary);
    try {
      await chmod(temporary, 0o600);
      await claim(temporary, socketPath);
    } catch (cause) {
      server.close();
      throw cause;
    } finally {
      await rm(temporary, { force: true });
    }
    this.#server = server;
    this.#inode = await findInode(socketPath);
  }
}

function listenOn(server: Server, path: string): Promise<void> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(path, () => {
    server.off('error', listening.reject);
    listening.resolve();
  });
  return listening.promise;
}

async function claim(temporary: string, socketPath: string): Promise<void> {
  if (await tryLink(temporary, socketPath)) return;
  const inode = await findInode(socketPath);
  if (!(await isSocket(socketPath)) || (await isAnswering(socketPath))) throw inUse(socketPath);
  // Only the file that did not answer: another starter may have replaced it meanwhile.
  if ((await findInode(socketPath)) === inode) await rm(socketPath, { force: true });
  if (!(await tryLink(temporary, socketPath))) throw inUse(socketPath);
}

/** False when the name exists. */
async function tryLink(temporary: string, socketPath: string): Promise<boolean> {
  try {
    await link(temporary, socketPath);
    return true;
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'EEXIST') return false;
    // A file system without hard links to sockets: the caller's lock alone settles races.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw cause;
    if ((await findInode(socketPath)) !== undefined) return false;
    await rename(temporary, socketPath);
    return true;
  }
}

function inUse(socketPath: string): IpcError {
  return new IpcError('address-in-use', `Another server, or a file of another kind, is on ${socketPath}.`);
}

async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(directory);
  const isForeign = uid !== 0 && uid !== process.getuid?.();
  // In a sticky directory such as /tmp others may add files, but not touch ours.
  const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (isForeign || isOpen) {
    throw new IpcError('insecure-directory', `Other users can replace the socket in ${directory}.`);
  }
}

async function findInode(path: string): Promise<bigint | undefined> {
  try {
    return (await stat(path, { bigint: true })).ino;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** A file that somebody keeps at this path is none of ours to remove. */
async function isSocket(path: string): Promise<boolean> {
  return (await lstat(path)).isSocket();
}

async function isAnswering(socketPath: string): Promise<boolean> {
  const answer = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  socket.once('connect', () => answer.resolve(true));
  // EAGAIN: its queue is full, so it lives.
  socket.once('error', (cause) => answer.resolve(errorCode(cause) === 'EAGAIN'));
  try {
    return await answer.promise;
  } finally {
    socket.destroy();
  }
}

function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
