import { Worker } from 'node:worker_threads';
import { IpcError } from '../errors.ts';
import type { NewMessage, StoreDamage } from './message-store.ts';
import type { Place } from './message-table.ts';
import { writeRecord } from './record.ts';
import type {
  OtherOperations,
  StoreBatch,
  StoreOperation,
  StoreOperations,
  StoreOutcome,
  StoreReply,
  StoreRequest,
  StoreWorkerData,
  WriteOperations,
} from './store-messages.ts';

export interface StoreThreadOptions {
  readonly workerUrl: URL;
  readonly data: StoreWorkerData;
  /** Microseconds. */
  readonly now: () => number;
  readonly onDamage: (damage: StoreDamage) => void;
}

/** Messages of one append with their time, and the size of their records. */
export interface AppendJob {
  readonly messages: readonly (NewMessage & { readonly receivedAt: number })[];
  readonly bytes: number;
}

type Settle = (outcome: StoreOutcome | { readonly error: Error }, places: readonly Place[]) => void;

interface Job {
  readonly request: StoreRequest;
  readonly append: AppendJob | null;
  readonly settle: Settle;
}

/** Bounds one transaction; what waits beyond goes with the next. A larger append goes alone. */
const maxBatchBytes = 8 * 1024 * 1024;
/** What passes through the worker lives for a moment: a nursery of the default size would only grow the process. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/**
 * The worker as a function call. One batch is under way at a time; what comes meanwhile waits here and crosses as the next
 * one, all records in one piece of memory. Once it ended, calls reject with `closed` or why it died.
 */
export class StoreThread {
  readonly #worker: Worker;
  readonly #now: () => number;
  readonly #onDamage: (damage: StoreDamage) => void;
  readonly #ended: Promise<void>;
  #queue: Job[] = [];
  #underWay: readonly Job[] = [];
  #isScheduled = false;
  #waitingBytes = 0;
  #damage: StoreDamage | null = null;
  #end: IpcError | null = null;

  constructor({ workerUrl, data, now, onDamage }: StoreThreadOptions) {
    this.#now = now;
    this.#onDamage = onDamage;
    // `node:sqlite` announces itself as experimental on stderr, where people would see it.
    const execArgv = ['--disable-warning=ExperimentalWarning'];
    this.#worker = new Worker(workerUrl, { workerData: data, execArgv, resourceLimits });
    this.#worker.on('message', (reply: StoreReply) => this.#finish(reply));
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.once('error', (cause) => this.#fail(crashed(cause)));
    this.#worker.once('exit', () => this.#fail(crashed(new Error('the thread exited'))));
  }

  /** Bytes of appends that are not settled. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get damage(): StoreDamage | null {
    return this.#damage;
  }

  call<K extends Exclude<keyof WriteOperations, 'append'> | keyof OtherOperations>(
    op: K,
    args: StoreOperations[K]['args'],
    signal?: AbortSignal,
  ): Promise<StoreOperations[K]['result']> {
    // The worker answers each operation with its own kind of result.
    return this.#enqueue({ op, args } as StoreRequest, null, signal).then(
      ({ result }) => result as StoreOperations[K]['result'],
    );
  }

  /** Gives the place of each message. */
  async append(job: AppendJob, signal?: AbortSignal): Promise<readonly Place[]> {
    const request = { op: 'append', args: { count: job.messages.length } } as const;
    return (await this.#enqueue(request, job, signal)).places;
  }

  /** Settles what was called before, then ends. */
  async close(): Promise<void> {
    if (this.#end === null) {
      const closing = this.call('close', {});
      this.#end = new IpcError('closed', 'The message store is closed.');
      await closing.catch(() => this.#worker.terminate());
    }
    await this.#ended;
  }

  /** Ends at once, whatever is still waiting. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #enqueue(
    request: StoreRequest,
    append: AppendJob | null,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: StoreOperations[StoreOperation]['result']; readonly places: readonly Place[] }> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waitingBytes += append?.bytes ?? 0;
      const settle: Settle = (outcome, places) => {
        signal?.removeEventListener('abort', abort);
        this.#waitingBytes -= append?.bytes ?? 0;
        if ('result' in outcome) resolve({ result: outcome.result, places });
        else reject('error' in outcome ? outcome.error : toError(outcome.failure));
      };
      this.#queue.push({ request, append, settle });
      this.#schedule();
    });
  }

  // Not at once: what other callers ask for in this turn of the loop comes along.
  #schedule(): void {
    if (this.#isScheduled || this.#underWay.length > 0 || this.#queue.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#underWay.length === 0) this.#send();
    });
  }

  #send(): void {
    const jobs = this.#takeBatch();
    if (jobs.length === 0) return;
    this.#underWay = jobs;
    const records = packRecords(jobs);
    const batch: StoreBatch = { requests: jobs.map(({ request }) => request), records, now: this.#now() };
    this.#worker.postMessage(batch, [records.buffer]);
  }

  #takeBatch(): readonly Job[] {
    let [count, bytes] = [0, 0];
    for (const { append } of this.#queue) {
      bytes += append?.bytes ?? 0;
      if (count > 0 && bytes > maxBatchBytes) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #finish({ outcomes, places, damage }: StoreReply): void {
    const jobs = this.#underWay;
    this.#underWay = [];
    if (damage !== null && damage.path !== this.#damage?.path) {
      this.#damage = damage;
      this.#onDamage(damage);
    }
    let next = 0;
    for (const [index, { append, settle }] of jobs.entries()) {
      const outcome = outcomes[index] ?? { error: new Error('the worker left a request out') };
      const end = next + (append?.messages.length ?? 0);
      settle(outcome, toPlaces(places.subarray(next * 2, end * 2)));
      next = end;
    }
    this.#schedule();
  }

  #fail(error: IpcError): void {
    this.#end ??= error;
    const jobs = [...this.#underWay, ...this.#queue];
    this.#underWay = [];
    this.#queue = [];
    for (const { settle } of jobs) settle({ error: this.#end }, []);
  }
}

function packRecords(jobs: readonly Job[]): Uint8Array<ArrayBuffer> {
  // An own piece of memory: it is handed over as a whole.
  const buffer = new ArrayBuffer(jobs.reduce((sum, { append }) => sum + (append?.bytes ?? 0), 0));
  const target = Buffer.from(buffer);
  let offset = 0;
  for (const { append } of jobs) {
    for (const message of append?.messages ?? []) offset = writeRecord(target, offset, message);
  }
  return new Uint8Array(buffer);
}

function toPlaces(places: Float64Array): readonly Place[] {
  return Array.from({ length: places.length / 2 }, (_, index) => ({
    seq: places[2 * index] ?? 0,
    receivedAt: places[2 * index + 1] ?? 0,
  }));
}

function toError({ code, message, hint }: Extract<StoreOutcome, { readonly failure: unknown }>['failure']): IpcError {
  return new IpcError(code, message, { hint });
}

function crashed(cause: unknown): IpcError {
  return new IpcError('store-failed', 'The thread of the message store ended unexpectedly.', { cause });
}
