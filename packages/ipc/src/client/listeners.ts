import type { Logger } from '../logger.ts';

/** Who wants to be told of one kind of news. One that throws keeps no other from hearing. */
export class Listeners<News> {
  readonly #logger: Logger;
  readonly #listeners = new Set<(news: News) => void>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(news: News): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (cause) {
        this.#logger.error({ event: 'ipc.listener-failed', cause });
      }
    }
  }
}
