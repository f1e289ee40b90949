import { parseResult } from '../protocol/parse-request.ts';
import { subjects } from '../protocol/requests.ts';
import { ScreenFrame } from '../protocol/screen-frame.ts';
import type { HubLink } from './hub-link.ts';
import { tellSafely } from './tell-safely.ts';
import type { Watch } from './watch.ts';

/** One agent's screen: the frame that is shown now, then each newer one. */
export class ScreenWatch implements Watch {
  readonly #link: HubLink;
  readonly #agentId: string;
  readonly #listener: (frame: ScreenFrame) => void;
  readonly #unsubscribe: () => void;
  readonly #closed = new AbortController();
  /** Counts frames and questions, so that an answer older than a frame is dropped. */
  #turn = 0;

  constructor(link: HubLink, agentId: string, listener: (frame: ScreenFrame) => void) {
    this.#link = link;
    this.#agentId = agentId;
    this.#listener = listener;
    this.#unsubscribe = link.subscribe(subjects.screen(agentId), {
      message: (payload) => this.#show(ScreenFrame.safeParse(payload).data),
      lagged: () => this.resync(),
    });
    this.resync();
  }

  resync(): void {
    if (this.#closed.signal.aborted) return;
    this.#turn += 1;
    void this.#askForFrame(this.#turn);
  }

  close(): void {
    this.#closed.abort();
    this.#unsubscribe();
  }

  // A hub tells a subject's first subscriber only that somebody watches; the second would wait for the next change.
  async #askForFrame(turn: number): Promise<void> {
    try {
      const answer = await this.#link.request('agent.capture', { id: this.#agentId }, { signal: this.#closed.signal });
      const frame = parseResult('agent.capture', answer);
      if (turn === this.#turn) this.#show(frame);
    } catch {
      // An agent that is still being made has no screen; its frames come by themselves.
    }
  }

  #show(frame: ScreenFrame | undefined): void {
    if (frame === undefined || this.#closed.signal.aborted) return;
    this.#turn += 1;
    tellSafely(this.#listener, frame);
  }
}
