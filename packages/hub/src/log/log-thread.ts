import { Worker } from 'node:worker_threads';
import { HubError } from '../protocol/hub-error.ts';
import type { LogOperation, LogOperations, LogReply, LogWorkerData } from './log-messages.ts';

type Settle = (outcome: { readonly result: unknown } | { readonly error: Error }) => void;

/** What passes through the worker lives for a moment: a nursery of the default size would only grow the process. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 };

/** The worker thread as a function call. After it ended, calls reject with `log-closed` or why it died. */
export class LogThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Settle>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #end: HubError | null = null;

  constructor(url: URL, data: LogWorkerData) {
    // `node:sqlite` announces itself as experimental on stderr, where people would see it.
    this.#worker = new Worker(url, {
      workerData: data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits,
    });
    this.#worker.on('message', (replies: readonly LogReply[]) => {
      for (const reply of replies) this.#settle(reply);
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.once('error', (cause) => this.#fail(crashed(cause)));
    this.#worker.once('exit', () => this.#fail(new HubError('log-closed', 'The event log is closed.')));
  }

  call<K extends LogOperation>(
    op: K,
    args: LogOperations[K]['args'],
    signal?: AbortSignal,
  ): Promise<LogOperations[K]['result']> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<LogOperations[K]['result']>();
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#waiting.set(id, (outcome) => {
      signal?.removeEventListener('abort', abort);
      if ('error' in outcome) reject(outcome.error);
      // The worker answers each operation with its own kind of result.
      else resolve(outcome.result as LogOperations[K]['result']);
    });
    this.#worker.postMessage({ id, op, args });
    return promise;
  }

  /** Settles what was called before, then ends. */
  async close(): Promise<void> {
    if (this.#end === null) {
      const closing = this.call('close', {});
      this.#end = new HubError('log-closed', 'The event log is closed.');
      await closing.catch(() => this.#worker.terminate());
    }
    await this.#ended;
  }

  /** Ends at once, whatever is still waiting. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: LogReply): void {
    const settle = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('result' in reply) {
      settle?.(reply);
      return;
    }
    const { code, message, hint } = reply.failure;
    settle?.({ error: new HubError(code, message, { hint }) });
  }

  #fail(error: HubError): void {
    this.#end ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of waiting) settle({ error: this.#end });
  }
}

function crashed(cause: unknown): HubError {
  return new HubError('log-failed', 'The thread of the event log ended unexpectedly.', {
    hint: 'Restart the hub with `swarm-tui hub stop`; agents go on.',
    cause,
  });
}
