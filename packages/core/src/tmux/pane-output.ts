import type { CallOptions } from '../call-options.ts';
import { closedError } from './tmux-failure.ts';
import type { TmuxEvent } from './tmux-event.ts';
import type { TmuxTransport } from './tmux-transport.ts';

const maxBufferedBytes = 4 * 1024 * 1024;

/**
 * Bytes that a pane writes. Holds at most 4 MiB for a slow reader; beyond that the oldest are dropped and counted. Ends when
 * the pane's window goes; rejects with `tmux-closed` when the connection is lost or the hidden session is killed. One reader; `break` releases everything.
 */
export interface PaneOutput extends AsyncIterable<Uint8Array> {
  /** Bytes lost so far, to a slow reader. Output that tmux itself skipped is not counted: see the `pause` event. */
  readonly droppedBytes: number;
}

/** Queues the output events of one pane for one reader. */
export class PaneOutputStream implements PaneOutput {
  readonly #transport: TmuxTransport;
  readonly #listen: () => Promise<string>;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Uint8Array[] = [];
  readonly #early: { readonly paneId: string; readonly data: Uint8Array }[] = [];
  #bufferedBytes = 0;
  #droppedBytes = 0;
  #paneId: string | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #isEnded = false;
  #wake: () => void = () => undefined;
  #refuse: (reason: unknown) => void = () => undefined;

  constructor(transport: TmuxTransport, listen: () => Promise<string>, { signal }: CallOptions) {
    this.#transport = transport;
    this.#listen = listen;
    this.#signal = signal;
  }

  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#signal?.throwIfAborted();
    const stop = this.#transport.subscribe((event) => this.#take(event));
    const abort = (): void => this.#fail(this.#signal?.reason);
    this.#signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.#start();
      yield* this.#read();
    } finally {
      stop();
      this.#signal?.removeEventListener('abort', abort);
    }
  }

  async #start(): Promise<void> {
    this.#paneId = await this.#listen();
    for (const { paneId, data } of this.#early.splice(0)) if (paneId === this.#paneId) this.#push(data);
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      for (let chunk = this.#chunks.shift(); chunk; chunk = this.#chunks.shift()) {
        this.#bufferedBytes -= chunk.length;
        yield chunk;
      }
      if (this.#isEnded) return;
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        this.#refuse = reject;
        if (this.#failure) reject(this.#failure.reason);
      });
    }
  }

  #take(event: TmuxEvent): void {
    if (event.type === 'output') this.#takeOutput(event.paneId, event.data);
    if (event.type === 'disconnected') this.#fail(closedError(event.reason));
    if (event.type === 'session-remade') this.#fail(closedError('the hidden session was killed'));
    if (event.type === 'window-close' || event.type === 'unlinked-window-close') void this.#checkPane();
  }

  #takeOutput(paneId: string, data: Uint8Array): void {
    // output may come in one piece with the reply that says which pane is ours
    if (this.#paneId === undefined) this.#early.push({ paneId, data: data.slice() });
    else if (paneId === this.#paneId) this.#push(data.slice());
  }

  #push(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#bufferedBytes += data.length;
    while (this.#bufferedBytes > maxBufferedBytes) {
      const lost = this.#chunks.shift()?.length ?? 0;
      this.#bufferedBytes -= lost;
      this.#droppedBytes += lost;
    }
    this.#wake();
  }

  async #checkPane(): Promise<void> {
    const command = ['display-message', '-p', '-t', this.#paneId ?? '', '#{pane_id}'];
    const [outcome] = await this.#transport.settleAll([command]);
    if (outcome?.status === 'fulfilled' && outcome.value[0] === this.#paneId) return;
    this.#isEnded = true;
    this.#wake();
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#refuse(reason);
  }
}
