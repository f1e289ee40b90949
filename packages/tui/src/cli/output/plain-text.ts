import { stripVTControlCharacters } from 'node:util';

/**
 * Makes a filter that turns pieces of terminal output into plain text: escape sequences go (also those cut in two by a piece's
 * end), a line that was drawn over and over shows once, other control characters become `�`.
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
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�');
}
