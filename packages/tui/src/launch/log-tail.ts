import { open } from 'node:fs/promises';
import { sanitizeText } from '@swarm-tui/core';
import type { AskOptions } from '../app/machine-port.ts';

const mostLines = 200;
const mostBytes = 256 * 1024;

/** The end of a log file as it may be shown: whole lines, at most 200 and 256 KiB. Says so when there is no such file. */
export async function readLogTail(path: string, { signal }: AskOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return `Nothing was written yet: there is no ${path}`;
  await using log = file;
  const { size } = await log.stat();
  const start = Math.max(0, size - mostBytes);
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(size - start), position: start });
  signal?.throwIfAborted();
  const text = buffer.toString('utf8', 0, bytesRead).replace(/\n$/u, '');
  const lines = text.split('\n').slice(start > 0 ? 1 : 0);
  return sanitizeText(lines.slice(-mostLines).join('\n'), { whitespace: 'keep' });
}
