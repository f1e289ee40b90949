import type { StoredMessage } from './message-store.ts';
import type { PageRequest } from './page-reader.ts';

export interface ParsedPage {
  readonly messages: readonly StoredMessage[];
  readonly last: number;
  readonly isLast: boolean;
}

/** Page after page; the next one is read while the last one is worked on. */
export async function* readPages(
  read: (request: PageRequest) => Promise<ParsedPage>,
  first: PageRequest,
): AsyncGenerator<readonly StoredMessage[], void, undefined> {
  let ahead = read(first);
  for (;;) {
    const { messages, last, isLast } = await ahead;
    if (!isLast) {
      ahead = read({ ...first, after: last });
      // Whoever leaves the loop does not wait for it.
      ahead.catch(() => undefined);
    }
    if (messages.length > 0) yield messages;
    if (isLast) return;
  }
}
