import type { Socket } from 'node:net';

/** More than any credential needs. */
const MAX_BYTES = 16 * 1024;

/**
 * Reads up to the first line feed and puts everything back, so that whoever gets the socket then reads it again. Settles
 * with undefined when the line is too long or the peer left; how long it may take is the caller's business.
 */
export function peekFirstLine(socket: Socket): Promise<Buffer | undefined> {
  const found = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  const settle = (line: Buffer | undefined): void => {
    socket.off('data', onData).off('close', onEnd).off('end', onEnd);
    socket.pause();
    found.resolve(line);
  };
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    const end = chunk.indexOf('\n');
    if (end < 0 && size <= MAX_BYTES) return;
    const all = Buffer.concat(chunks);
    const length = size - chunk.length + end;
    if (end < 0 || length > MAX_BYTES) return settle(undefined);
    settle(all.subarray(0, length));
    socket.unshift(all);
  };
  const onEnd = (): void => settle(undefined);
  socket.on('data', onData).on('close', onEnd).on('end', onEnd);
  return found.promise;
}
