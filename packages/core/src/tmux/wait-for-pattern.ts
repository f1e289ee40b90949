import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { captureCommand } from './capture.ts';
import { linkForListening } from './listening.ts';
import { findMatch, OutputSearch } from './output-search.ts';
import type { TmuxEvent } from './tmux-event.ts';
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
const lookAgain: ReadonlySet<TmuxEvent['type']> = new Set([
  'reconnected',
  'session-remade',
  'pause',
  'window-close',
  'unlinked-window-close',
]);
/** tmux tells nobody when the program in a pane ends. */
const lookAtLatestMs = 1000;

/**
 * Waits until the pattern is on the pane's screen, or passed by in its output; looks when the pane wrote something, and
 * once a second. Rejects with `timed-out`, and with `pane-ended` as soon as nothing more can come: its program ended, or
 * the pane is gone.
 */
export async function waitForPattern(
  transport: TmuxTransport,
  wanted: Wanted,
  { timeoutMs, signal }: WaitForOptions,
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const any = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const seen = new OutputWatch(transport, wanted.pattern);
  try {
    if (transport.kind === 'control') await seen.start(wanted.target, any);
    for (;;) {
      const isOver = await look(transport, wanted, { seen, signal: any });
      if (seen.match !== undefined) return seen.match;
      if (isOver) throw endedError(wanted);
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

/** Looks at the screen; answers whether nothing more will ever be on it. */
async function look(
  transport: TmuxTransport,
  { target, pattern }: Wanted,
  { seen, signal }: { readonly seen: OutputWatch; readonly signal: AbortSignal },
): Promise<boolean> {
  // asked before the screen: what the program wrote last is on it
  const [state, screen] = await transport.settleAll(
    [['display-message', '-p', '-t', target, '#{pane_dead}'], captureCommand(target, { joinWrapped: true })],
    { signal },
  );
  if (screen?.status !== 'fulfilled') {
    if (seen.hasLooked && screen?.reason?.code === 'target-not-found') return true;
    throw screen?.reason;
  }
  seen.hasLooked = true;
  seen.found(findMatch(screen.value.join('\n'), pattern));
  return state?.status === 'fulfilled' && state.value[0] === '1';
}

function endedError({ target, pattern }: Wanted): RuntimeError {
  return new RuntimeError('pane-ended', `The program in ${target} ended, and "${String(pattern)}" did not appear`, {
    hint: 'Look at what it printed last, and start it again.',
  });
}

/** Remembers what a pane wrote since the start: a line may have scrolled past before the screen is looked at. */
class OutputWatch {
  /** Whether the pane was there once. */
  hasLooked = false;
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

  found(match: string | undefined): void {
    this.#match ??= match;
  }

  async start(target: string, signal: AbortSignal): Promise<void> {
    const listen = (): Promise<string> => linkForListening(this.#transport, target, { signal });
    const paneId = await listen();
    this.#unsubscribe = this.#transport.subscribe((event) => {
      if (event.type === 'output' && event.paneId === paneId) this.#take(event.data);
      if (event.type === 'session-remade') void listen().catch(() => undefined);
      // after a reconnect, or output that tmux skipped, the screen is all that is left
      if (lookAgain.has(event.type)) this.#changed();
    });
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Settles when the pane wrote since the last look, bursts taken together; or when it is time to look anyway. */
  async change(signal: AbortSignal): Promise<void> {
    if (!this.#hasChanged) await this.#nextChange(signal);
    await delay(pauseBetweenLooksMs, undefined, { signal });
    this.#hasChanged = false;
  }

  async #nextChange(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    const timer = setTimeout(resolve, lookAtLatestMs);
    signal.addEventListener('abort', abort, { once: true });
    this.#wake = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
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
