import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { captureCommand } from './capture.ts';
import { linkForListening } from './listening.ts';
import { findMatch, OutputSearch } from './output-search.ts';
import type { TmuxTransport } from './tmux-transport.ts';

/** How long to wait for a text. */
export interface WaitForOptions extends CallOptions {
  readonly timeoutMs: number;
}

interface Wanted {
  readonly target: string;
  readonly pattern: RegExp | string;
}

const pauseBetweenLooksMs = 20;
const execLookEveryMs = 200;

/** Waits until the pattern is on the pane's screen, or passed by in its output. Looks only when the pane wrote something. */
export async function waitForPattern(
  transport: TmuxTransport,
  wanted: Wanted,
  { timeoutMs, signal }: WaitForOptions,
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const any = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const seen = new OutputWatch(transport, wanted.pattern);
  try {
    if (transport.kind === 'control')
      await seen.start(await linkForListening(transport, wanted.target, { signal: any }));
    for (;;) {
      const screen = await transport.run(captureCommand(wanted.target, { joinWrapped: true }), { signal: any });
      const match = findMatch(screen.join('\n'), wanted.pattern) ?? seen.match;
      if (match !== undefined) return match;
      await (transport.kind === 'control' ? seen.change(any) : delay(execLookEveryMs, undefined, { signal: any }));
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new RuntimeError(
      'timed-out',
      `"${String(wanted.pattern)}" did not appear in ${wanted.target} within ${timeoutMs} ms`,
    );
  } finally {
    seen.stop();
  }
}

/** Remembers what a pane wrote since the start: a line may have scrolled past before the screen is looked at. */
class OutputWatch {
  readonly #transport: TmuxTransport;
  readonly #search: OutputSearch;
  readonly #decoder = new TextDecoder();
  #hasChanged = false;
  #match: string | undefined;
  #wake: () => void = () => undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(transport: TmuxTransport, pattern: RegExp | string) {
    this.#transport = transport;
    this.#search = new OutputSearch(pattern);
  }

  get match(): string | undefined {
    return this.#match;
  }

  async start(paneId: string): Promise<void> {
    this.#unsubscribe = this.#transport.subscribe((event) => {
      if (event.type === 'output' && event.paneId === paneId) this.#take(event.data);
      // after a reconnect, or output that tmux skipped, the screen is all that is left
      if (event.type === 'reconnected' || event.type === 'pause') this.#changed();
    });
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Settles when the pane wrote since the last look, bursts taken together. */
  async change(signal: AbortSignal): Promise<void> {
    if (!this.#hasChanged) await this.#nextChange(signal);
    await delay(pauseBetweenLooksMs, undefined, { signal });
    this.#hasChanged = false;
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
    });
  }

  #take(data: Uint8Array): void {
    this.#match ??= this.#search.push(this.#decoder.decode(data, { stream: true }));
    this.#changed();
  }

  #changed(): void {
    this.#hasChanged = true;
    this.#wake();
  }
}
