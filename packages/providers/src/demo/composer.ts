import type { InputEvent } from './input-decoder.ts';
import { cutEnd } from './cell-width.ts';

interface Piece {
  readonly text: string;
  /** What is drawn in place of a long paste. */
  readonly shown: string;
}

const collapseLines = 3;
const collapseCharacters = 800;

/** The line editor: what was typed and pasted so far. A long paste collapses on screen and is submitted whole. */
export class Composer {
  #pieces: Piece[] = [];
  #pastes = 0;

  get text(): string {
    return this.#pieces.map((piece) => piece.text).join('');
  }

  /** The row after the prompt, its end kept when it is too long. */
  row(columns: number): string {
    return cutEnd(this.#pieces.map((piece) => piece.shown).join(''), columns);
  }

  /** Answers with the prompt when the event submitted one. */
  apply(event: InputEvent): string | null {
    if (event.type === 'text') this.#add(event.text, event.text);
    if (event.type === 'paste') this.#paste(event.text);
    if (event.type !== 'key') return null;
    if (event.key === 'enter') return this.#submit();
    if (event.key === 'newline') this.#add('\n', '⏎');
    if (event.key === 'backspace') this.#backspace();
    if (event.key === 'clear') this.#pieces = [];
    return null;
  }

  #submit(): string | null {
    const { text } = this;
    this.#pieces = [];
    this.#pastes = 0;
    return text.trim() === '' ? null : text;
  }

  #paste(text: string): void {
    const lines = text.split('\n').length;
    if (lines <= collapseLines && text.length <= collapseCharacters) {
      this.#add(text, text.replace(/\n/g, '⏎').replace(/[\p{Cc}]/gu, '�'));
      return;
    }
    this.#pastes += 1;
    this.#add(text, `[Pasted text #${this.#pastes} +${lines} lines]`);
  }

  #add(text: string, shown: string): void {
    this.#pieces.push({ text, shown });
  }

  #backspace(): void {
    const last = this.#pieces.pop();
    if (last === undefined || last.text !== last.shown) return;
    const rest = Array.from(last.text).slice(0, -1).join('');
    if (rest !== '') this.#add(rest, rest);
  }
}
