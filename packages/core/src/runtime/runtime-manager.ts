import type { AgentConfigInput } from '../agent/agent-config.ts';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentInfo } from '../agent/agent-info.ts';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { quoteShell } from '../tmux/quote.ts';
import type { TmuxService } from '../tmux/tmux-service.ts';
import type { AgentRuntime, KillOptions, SpawnOptions } from './agent-runtime.ts';
import { checkRuntime } from './check-runtime.ts';

/** A runtime that could not be asked. */
export interface RuntimeFailure {
  readonly runtimeId: string;
  readonly error: Error;
}

/** Agents of all runtimes that answered, and which did not: `for (const agent of agents)` just works. */
export interface AgentList extends ReadonlyArray<AgentInfo> {
  readonly failures: readonly RuntimeFailure[];
}

/** What a manager begins with. */
export interface RuntimeManagerOptions {
  /** How long one runtime may take to list its agents or to answer a ping. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

/** All runtimes by id. Handles say which one an agent belongs to; what it does not find throws `runtime-not-found`. */
export class RuntimeManager implements AsyncDisposable {
  readonly #runtimes = new Map<string, AgentRuntime>();
  readonly #timeoutMs: number;

  constructor({ timeoutMs = 10_000 }: RuntimeManagerOptions = {}) {
    this.#timeoutMs = timeoutMs;
  }

  /** Throws `runtime-exists` for an id that is taken, `runtime-invalid` for what is no runtime. */
  register(id: string, runtime: AgentRuntime): void {
    if (this.#runtimes.has(id)) {
      throw new RuntimeError('runtime-exists', `There is a runtime "${id}" already`, { hint: 'Choose another id.' });
    }
    this.#runtimes.set(id, checkRuntime(runtime, `runtime "${id}"`));
  }

  /** Forgets a runtime without closing it or touching its agents; answers with it, or undefined. */
  unregister(id: string): AgentRuntime | undefined {
    const runtime = this.#runtimes.get(id);
    this.#runtimes.delete(id);
    return runtime;
  }

  getRuntime(id: string): AgentRuntime {
    const runtime = this.#runtimes.get(id);
    if (runtime) return runtime;
    throw new RuntimeError('runtime-not-found', `There is no runtime "${id}"`, { hint: this.#hint() });
  }

  /** Ids in the order of registration. */
  listRuntimes(): readonly string[] {
    return [...this.#runtimes.keys()];
  }

  async spawnAgent(id: string, config: AgentConfigInput, options?: SpawnOptions): Promise<AgentHandle> {
    const runtime = this.getRuntime(id);
    return { ...(await runtime.spawnAgent(config, options)), runtimeId: id };
  }

  async killAgent(handle: AgentHandle, options?: KillOptions): Promise<void> {
    await this.getRuntimeOf(handle).killAgent(handle, options);
  }

  /** Asks all runtimes at once. One that fails, or is not done in time, is a failure in the answer, never a rejection. */
  async listAllAgents(options?: CallOptions): Promise<AgentList> {
    const agents: AgentInfo[] = [];
    const failures: RuntimeFailure[] = [];
    const answers = await this.#askAll(async (runtime, signal) => runtime.listAgents({ signal }), options);
    for (const { runtimeId, outcome } of answers) {
      if (outcome.status === 'rejected') failures.push({ runtimeId, error: toError(outcome.reason) });
      else agents.push(...outcome.value.map((info) => ({ ...info, handle: { ...info.handle, runtimeId } })));
    }
    return Object.assign(agents, { failures });
  }

  getTmux(handle: AgentHandle): TmuxService {
    return this.getRuntimeOf(handle).getTmux(handle);
  }

  getAttachCommand(handle: AgentHandle): string {
    return this.getRuntimeOf(handle).getAttachCommand(handle);
  }

  /** Program and arguments that open the agent in the caller's terminal, also for a runtime that only has the command. */
  getAttachArgv(handle: AgentHandle): readonly string[] {
    const runtime = this.getRuntimeOf(handle);
    return runtime.getAttachArgv?.(handle) ?? ['/bin/sh', '-c', `exec ${runtime.getAttachCommand(handle)}`];
  }

  /** Rejects with `engine-unavailable`, or whatever the runtime says, when it does not answer in time. */
  async ping(id: string, options?: CallOptions): Promise<void> {
    const runtime = this.getRuntime(id);
    await this.#limit(id, (signal) => runtime.ping({ signal }), options);
  }

  /** Which runtimes answer. */
  async pingAll(options?: CallOptions): Promise<ReadonlyMap<string, boolean>> {
    const answers = await this.#askAll(async (runtime, signal) => runtime.ping({ signal }), options);
    return new Map(answers.map(({ runtimeId, outcome }) => [runtimeId, outcome.status === 'fulfilled']));
  }

  /** The runtime that an agent belongs to: by the id in its handle, else the only one of its type, or `<type>-default`. */
  getRuntimeOf({ runtimeId, runtimeType, agentId }: AgentHandle): AgentRuntime {
    if (runtimeId !== undefined) return this.getRuntime(runtimeId);
    const ofType = [...this.#runtimes.values()].filter((runtime) => runtime.type === runtimeType);
    const [found] = ofType.length === 1 ? ofType : [this.#runtimes.get(`${runtimeType}-default`)];
    if (found) return found;
    const count = ofType.length === 0 ? 'no runtime' : `${ofType.length} runtimes`;
    throw new RuntimeError(
      'runtime-not-found',
      `Agent "${agentId}" says only its type, and there is ${count} of type "${runtimeType}"`,
      {
        hint: this.#hint(),
      },
    );
  }

  /** Closes and forgets all runtimes. Agents live on. */
  async [Symbol.asyncDispose](): Promise<void> {
    const runtimes = [...this.#runtimes.values()];
    this.#runtimes.clear();
    await Promise.allSettled(runtimes.map(async (runtime) => runtime[Symbol.asyncDispose]?.()));
  }

  async #askAll<Value>(
    ask: (runtime: AgentRuntime, signal: AbortSignal) => Promise<Value>,
    options?: CallOptions,
  ): Promise<readonly { readonly runtimeId: string; readonly outcome: PromiseSettledResult<Value> }[]> {
    options?.signal?.throwIfAborted();
    const entries = [...this.#runtimes];
    const asked = entries.map(([id, runtime]) => this.#limit(id, (signal) => ask(runtime, signal), options));
    const outcomes = await Promise.allSettled(asked);
    options?.signal?.throwIfAborted();
    return outcomes.map((outcome, index) => ({ runtimeId: entries[index]?.[0] ?? '', outcome }));
  }

  // a runtime that ignores its signal must not hold up the others
  async #limit<Value>(
    id: string,
    ask: (signal: AbortSignal) => Promise<Value>,
    { signal }: CallOptions = {},
  ): Promise<Value> {
    const limit = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const end = (reason: unknown): void => {
      limit.abort(reason);
      reject(reason);
    };
    const onAbort = (): void => end(signal?.reason);
    const timer = setTimeout(() => end(toTimeout(id, this.#timeoutMs)), this.#timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([ask(limit.signal), promise]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #hint(): string {
    const ids = this.listRuntimes();
    return ids.length === 0 ? 'Register a runtime first.' : `Known runtimes: ${quoteShell(ids)}`;
  }
}

function toTimeout(id: string, timeoutMs: number): RuntimeError {
  return new RuntimeError('timed-out', `Runtime "${id}" did not answer within ${timeoutMs} ms`, {
    hint: 'Check that its engine runs.',
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
