/* oxlint-disable no-control-regex -- control characters are what this file is about */
import { stripVTControlCharacters } from 'node:util';
import { sanitizeText } from '@swarm-tui/core';

/**
 * Makes a filter that turns pieces of terminal output into plain text: escape sequences go (also those cut in two by a piece's
 * end), a line that was drawn over and over shows once, what else acts on a terminal becomes `�`.
 */
export function plainText(): (piece: string) => string {
  let rest = '';
  return (piece) => {
    const text = rest + piece;
    const safe = text.length - unfinishedTail(text);
    rest = text.slice(safe);
    return clean(text.slice(0, safe));
  };
}

const maxUnfinished = 4096;

/** Length of an escape sequence at the end that may go on in the next piece, or of a CR whose LF may follow. */
function unfinishedTail(text: string): number {
  if (text.endsWith('\r')) return 1;
  const start = text.lastIndexOf('\u001b');
  if (start === -1 || text.length - start > maxUnfinished) return 0;
  const tail = text.slice(start);
  const isWhole =
    /^\u001b\[[0-?]*[ -/]*[@-~]/.test(tail) ||
    /^\u001b\][^\u0007]*(?:\u0007|\u001b\\)/.test(tail) ||
    /^\u001b[^[\]PX^_]/.test(tail);
  return isWhole ? 0 : tail.length;
}

function clean(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n');
  const drawn = lines.map((line, index) => lastDrawn(index < lines.length - 1 ? withoutReturns(line) : line));
  return sanitizeText(drawn.join('\n'), { whitespace: 'keep' });
}

// Both look from the end: an expression that looks from each character on takes minutes for a long line.
function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(0, end);
}

function lastDrawn(line: string): string {
  const start = line.length < 2 ? -1 : line.lastIndexOf('\r', line.length - 2);
  return line.slice(start + 1);
}
