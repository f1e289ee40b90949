import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../call-options.ts';
import type { TmuxCommand, TmuxTransport } from './tmux-transport.ts';

const chunkLength = 16_384;

/** Pastes text into a pane (bracketed where the program asked for it), never typing it. Submits nothing. */
export async function pasteText(
  transport: TmuxTransport,
  target: string,
  text: string,
  options?: CallOptions,
): Promise<void> {
  const pasted = toPastable(text);
  if (pasted === '') return;
  const buffer = `swarm-${randomBytes(8).toString('hex')}`;
  const paste: TmuxCommand = ['paste-buffer', '-p', '-d', '-b', buffer, '-t', target];
  try {
    if (transport.kind === 'exec') {
      await transport.run(['load-buffer', '-b', buffer, '-'], { ...options, input: pasted });
      await transport.run(paste, options);
    } else {
      await transport.runAll([...bufferCommands(buffer, pasted), paste], options);
    }
  } catch (error) {
    const cleaned = transport.run(['delete-buffer', '-b', buffer]).catch(() => undefined);
    // a tmux that does not answer must not hold up whoever gave up
    if (!options?.signal?.aborted) await cleaned;
    throw error;
  }
}

/** Waits; rejects when the signal aborts. */
export type Delay = (ms: number, value: undefined, options: CallOptions) => Promise<void>;

/**
 * Waits as long as a program may need to take in a paste before Enter: agents that see both at once take Enter as text.
 * Rejects with the signal's reason.
 */
export async function settlePaste(text: string, { signal }: CallOptions = {}, wait: Delay = delay): Promise<void> {
  const waitMs = 60 + Math.min(1_000, text.length / 200);
  await wait(waitMs, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/**
 * What may be pasted: printable text, tabs and line breaks. Control characters are left out: an `ESC [ 201 ~` inside would
 * end the paste early, and what follows would be typed as keys.
 */
export function toPastable(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?![\n\t])\p{Cc}/gu, '');
}

function bufferCommands(buffer: string, text: string): readonly TmuxCommand[] {
  return splitText(text, chunkLength).map((chunk, index) => [
    'set-buffer',
    ...(index === 0 ? [] : ['-a']),
    '-b',
    buffer,
    '--',
    chunk,
  ]);
}

/** Pieces of at most `length` UTF-16 units that never cut a character in two. */
export function splitText(text: string, length: number): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = start + length;
    const last = text.charCodeAt(end - 1);
    const cut = end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
    pieces.push(text.slice(start, cut));
    start = cut;
  }
  return pieces;
}
