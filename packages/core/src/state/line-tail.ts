/* oxlint-disable no-control-regex -- escape sequences are what this file reads */
import { sanitizeText } from '../text/sanitize.ts';

/** Follows line-oriented output and keeps its last line. */
export interface LineTail {
  push(bytes: Uint8Array): void;
  /** The last line that is not blank and no bare prompt; sanitised, without colours, at most 400 characters. */
  readonly line: string;
}

const maxLine = 400;
const maxCarry = 4096;
// A burst of thousands of lines need not be laid out: only its end can be seen afterwards.
const lookBack = 16 * 1024;

const tokens =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[\]PX^_k](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\r\n\b]|[^\x1b\r\n\b]+|\x1b/gy;
const unfinished = /^\x1b(?:[ -/]*|\[[0-?]*[ -/]*|[\]PX^_k][^]*)$/;
const barePrompt = /[$#%>❯›]\s+$/;

class Tail implements LineTail {
  readonly #decoder = new TextDecoder();
  #carry = '';
  #current = '';
  #column = 0;
  #last = '';

  push(bytes: Uint8Array): void {
    let text = this.#carry + this.#decoder.decode(bytes, { stream: true });
    this.#carry = '';
    if (text.length > lookBack) text = this.#skipToRecent(text);
    tokens.lastIndex = 0;
    for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
      if (match[0].length <= 2 && match[0].startsWith('\x1b')) {
        const rest = text.slice(match.index);
        if (rest.length <= maxCarry && unfinished.test(rest)) {
          this.#carry = rest;
          return;
        }
      }
      this.#apply(match);
    }
  }

  get line(): string {
    const isWorthShowing = this.#current.trim() !== '' && !barePrompt.test(this.#current);
    const shown = isWorthShowing ? this.#current : this.#last;
    return sanitizeText(shown.trim(), { whitespace: 'space' });
  }

  #skipToRecent(text: string): string {
    const start = text.indexOf('\n', text.length - lookBack);
    this.#current = '';
    this.#column = 0;
    return start < 0 ? text.slice(-lookBack) : text.slice(start + 1);
  }

  #apply(match: RegExpExecArray): void {
    const token = match[0];
    if (token === '\n') this.#endLine();
    else if (token === '\r') this.#column = 0;
    else if (token === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (match[2] !== undefined) this.#control(match[2], match[1] ?? '');
    else if (!token.startsWith('\x1b')) this.#write(token);
  }

  #endLine(): void {
    if (this.#current.trim() !== '') this.#last = this.#current.trimEnd();
    this.#current = '';
    this.#column = 0;
  }

  #control(final: string, parameters: string): void {
    if (final === 'K') {
      if (parameters === '' || parameters === '0') this.#current = this.#current.slice(0, this.#column);
      else this.#current = '';
    } else if (final === 'G') this.#column = Math.min(maxLine, Math.max(0, Number(parameters || '1') - 1 || 0));
    else if (final === 'J' || final === 'H') {
      this.#current = '';
      this.#column = 0;
    }
  }

  #write(text: string): void {
    const room = maxLine - this.#column;
    const piece = text.length > room ? text.slice(0, Math.max(0, room)) : text;
    const before = this.#current.slice(0, this.#column).padEnd(this.#column);
    this.#current = before + piece + this.#current.slice(this.#column + piece.length);
    this.#column += piece.length;
  }
}

/** A tail for one terminal, from its first byte on. */
export function createLineTail(): LineTail {
  return new Tail();
}
