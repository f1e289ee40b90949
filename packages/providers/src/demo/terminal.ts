import { cutStart, widthOfText } from './cell-width.ts';

/** The part of `process.stdout` that is used. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Asks the terminal itself, which may have been resized a moment ago. */
  getWindowSize?: (() => readonly [columns: number, rows: number]) | undefined;
}

/** Colours of the demo agent: names of SGR foregrounds. */
export type Colour = 'dim' | 'bold' | 'green' | 'amber' | 'red' | 'accent';

const codes: Readonly<Record<Colour, string>> = {
  dim: '2',
  bold: '1',
  green: '32',
  amber: '33',
  red: '31',
  accent: '36',
};

/** A scrolling terminal with a live region at its end that is redrawn in place. */
export class Terminal {
  readonly #output: Output;
  readonly #hasColours: boolean;
  #region: readonly string[] = [];
  #drawn: readonly string[] = [];
  #isPaused = false;

  constructor(output: Output, hasColours: boolean) {
    this.#output = output;
    this.#hasColours = hasColours;
  }

  get columns(): number {
    return Math.max(8, this.#output.getWindowSize?.()[0] ?? this.#output.columns ?? 80);
  }

  get rows(): number {
    return Math.max(2, this.#output.getWindowSize?.()[1] ?? this.#output.rows ?? 24);
  }

  paint(text: string, colour: Colour): string {
    return this.#hasColours ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
  }

  /** Escape sequences that leave no trace on the screen. */
  control(sequence: string): void {
    this.#output.write(sequence);
  }

  /** Lines above the live region; the terminal wraps them. One write for all. */
  print(...lines: readonly string[]): void {
    if (this.#isPaused) return;
    this.#output.write(`${this.#eraser()}${lines.map((line) => `${line}\r\n`).join('')}${this.#drawing()}`);
  }

  /** Replaces the live region. Rows are cut, never wrapped, so that they can be erased again. */
  show(rows: readonly string[]): void {
    this.#region = rows;
    if (!this.#isPaused) this.#output.write(this.#eraser() + this.#drawing());
  }

  /** Hands the screen to a full-screen program and takes it back. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.show(this.#region);
  }

  // A terminal that became narrower since has wrapped the rows that are too long for it now.
  #eraser(): string {
    const { columns } = this;
    const rows = this.#drawn.reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOfText(row) / columns)), 0);
    this.#drawn = [];
    if (rows === 0) return '';
    return `${rows > 1 ? `\x1b[${rows - 1}A` : ''}\r\x1b[J`;
  }

  #drawing(): string {
    const { columns, rows } = this;
    this.#drawn = this.#region.slice(-rows).map((row) => cutStart(row, columns - 1));
    return this.#drawn.join('\r\n');
  }
}
