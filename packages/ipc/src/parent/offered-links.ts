import type { Dial } from '../client/dial.ts';
import type { Link } from '../transport/link.ts';

/** Links that the parent opened. The newest counts: who opens another one has lost the one before. */
export class OfferedLinks {
  #waiting: PromiseWithResolvers<Link> | undefined;
  #offered: Link | undefined;
  #current: Link | undefined;

  /** Waits for the next link. */
  readonly dial: Dial = async (signal) => {
    this.#waiting = Promise.withResolvers();
    const { promise, reject } = this.#waiting;
    if (this.#offered) this.#hand(this.#offered);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await promise;
    } finally {
      this.#waiting = undefined;
      signal.removeEventListener('abort', abort);
    }
  };

  offer(link: Link): void {
    this.#offered?.destroy('the parent opened another link');
    this.#current?.destroy('the parent opened another link');
    this.#hand(link);
  }

  /** Closes what nobody dialled. */
  close(): void {
    this.#offered?.destroy('daemon closing');
  }

  #hand(link: Link): void {
    this.#offered = this.#waiting ? undefined : link;
    this.#current = this.#waiting ? link : undefined;
    this.#waiting?.resolve(link);
    this.#waiting = undefined;
  }
}
