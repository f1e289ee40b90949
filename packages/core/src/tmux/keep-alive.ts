/** What keeps an eye on a connection: how often it is asked, and who is told. */
export interface KeepAliveOptions {
  /** Between an answer and the next question. */
  readonly everyMs: number;
  /** How long an answer may take. */
  readonly withinMs: number;
  /** One cheap question. Settles, whichever way, when the other side answered or the connection ended. */
  readonly ask: () => Promise<unknown>;
  readonly onSilent: () => void;
  /** The other side answered after it was silent. */
  readonly onAnswer: () => void;
}

/** After a standstill of our own the answer may lie there unread: it is read before anything is said. */
const readFirstMs = 250;

/** Notices when the other side of a connection stands still. One question at a time, and none more until it is answered. */
export class KeepAlive implements Disposable {
  readonly #options: KeepAliveOptions;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isSilent = false;
  #isAsking = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#waitForTurn();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** For when there is doubt: the next question is asked now, unless one is out. */
  askNow(): void {
    if (this.#isClosed || this.#isAsking) return;
    clearTimeout(this.#timer);
    void this.#askOnce();
  }

  #waitForTurn(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#askOnce(), this.#options.everyMs).unref();
  }

  async #askOnce(): Promise<void> {
    const { ask, withinMs, onAnswer } = this.#options;
    this.#isAsking = true;
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#giveUp(), readFirstMs).unref();
    }, withinMs).unref();
    await ask();
    this.#isAsking = false;
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const wasSilent = this.#isSilent;
    this.#isSilent = false;
    this.#waitForTurn();
    if (wasSilent) onAnswer();
  }

  #giveUp(): void {
    this.#isSilent = true;
    this.#options.onSilent();
  }
}
