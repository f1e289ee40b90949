import { cutStart } from './cell-width.ts';
import type { InputEvent } from './input-decoder.ts';
import type { Terminal } from './terminal.ts';

const enter = '\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1006l\x1b[?1000l\x1b[?1049l';

/** A full-screen program: alternate screen, mouse, wide characters. Paints only when something happens. */
export class PaintApp {
  readonly #terminal: Terminal;
  readonly #done = Promise.withResolvers<void>();
  #last = 'nothing yet';
  #isOpen = true;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.pause();
    terminal.control(enter);
    this.paint();
  }

  /** Settles when the person leaves. */
  get left(): Promise<void> {
    return this.#done.promise;
  }

  apply(event: InputEvent): void {
    if (event.type === 'text' && event.text === 'q') return this.close();
    if (event.type === 'mouse') this.#last = `${event.isPress ? 'press' : 'release'} at ${event.column},${event.row}`;
    else this.#last = event.type === 'key' ? `key ${event.key}` : `${event.type} of ${event.text.length}`;
    this.paint();
  }

  paint(): void {
    const { columns, rows } = this.#terminal;
    const heading = `swarm demo  日本語 한국어 中文  ${columns}×${rows}  q leaves`;
    const body = Array.from({ length: Math.max(0, rows - 2) }, (_, row) => this.#bodyRow(row, columns));
    const lines = [cutStart(heading, columns), ...body, cutStart(`last: ${this.#last}`, columns)];
    this.#terminal.control(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#terminal.control(leave);
    this.#terminal.resume();
    this.#done.resolve();
  }

  #bodyRow(row: number, columns: number): string {
    const text = cutStart(`${row % 2 === 0 ? '色' : ' 彩'}${'░▒▓█'.repeat(Math.ceil(columns / 4))}`, columns);
    return this.#terminal.paint(text, row % 3 === 0 ? 'accent' : 'green');
  }
}
