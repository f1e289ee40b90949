import type { TmuxTransport } from '@swarm-tui/core';
import { listPanesCommand, type PaneView, parsePanes, type SessionPane, viewPanes } from './pane-snapshot.ts';

/** Events after which the panes may look different. */
const changes: ReadonlySet<string> = new Set([
  'window-pane-changed',
  'layout-change',
  'window-close',
  'window-add',
  'unlinked-window-close',
  'session-window-changed',
  'reconnected',
]);

/** The session whose panes are followed. */
export interface SessionPanesOptions {
  /** Stays its owner's. */
  readonly transport: TmuxTransport;
  readonly sessionId: string;
  readonly onChange: () => void;
}

/** The panes of the UI session, listed again whenever tmux says that something changed; never by a timer. */
export class SessionPanes implements Disposable {
  readonly #options: SessionPanesOptions;
  readonly #stop: () => void;
  #view: PaneView = viewPanes([]);
  #lastUsedId: string | null = null;
  #listing: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #isDisposed = false;

  constructor(options: SessionPanesOptions) {
    this.#options = options;
    this.#stop = options.transport.subscribe((event) => {
      // a listing that fails is made again at the next event; the connection's own end is told elsewhere
      if (changes.has(event.type)) this.refresh().catch(() => undefined);
    });
  }

  get view(): PaneView {
    return this.#view;
  }

  /** The open pane that had the keyboard last, also before a restart of the list as far as can be told. */
  get lastUsed(): SessionPane | undefined {
    const { open } = this.#view;
    return open.find((pane) => pane.paneId === this.#lastUsedId) ?? open.at(-1);
  }

  /** Settles when a listing that began after this call has been taken in. Calls in a burst share one. */
  refresh(): Promise<void> {
    if (this.#listing === null) {
      this.#listing = this.#list().finally(() => {
        this.#listing = null;
      });
      return this.#listing;
    }
    this.#next ??= this.#listing
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.refresh();
      });
    return this.#next;
  }

  async #list(): Promise<void> {
    const { transport, sessionId, onChange } = this.#options;
    const panes = parsePanes(await transport.run(listPanesCommand(sessionId)));
    if (this.#isDisposed) return;
    this.#view = viewPanes(panes);
    const { focused } = this.#view;
    if (focused?.kind === 'agent' || focused?.kind === 'shell') this.#lastUsedId = focused.paneId;
    onChange();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#stop();
  }
}
