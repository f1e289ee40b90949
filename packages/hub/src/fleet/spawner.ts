import type { AgentConfig, AgentHandle, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { isFailure } from '../protocol/describe-state.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import type { AgentState } from './agent-state.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { Arrivals } from './arrivals.ts';
import type { FleetParts } from './fleet-parts.ts';
import { failedEvents, type Place, placedEvent, queuedRecord } from './new-agent.ts';
import { uniqueName } from './naming.ts';
import { checkSpawn } from './check-spawn.ts';
import { createSemaphore } from './semaphore.ts';
import { completeRequest, planSpawn, promptEvents, type SpawnPlan } from './spawn-plan.ts';

/** How many agents are made at once: a hundred asked for together must not stampede. */
const atOnce = 8;

/** Makes agents: logged first, then asked of the runtime, a few at a time. */
export class Spawner {
  readonly #parts: FleetParts;
  readonly #locks: AgentLocks;
  readonly #arrivals: Arrivals;
  readonly #gate = createSemaphore(atOnce);
  readonly #running = new Map<string, AbortController>();
  readonly #names = new Set<string>();

  constructor(parts: FleetParts, locks: AgentLocks, arrivals: Arrivals) {
    this.#parts = parts;
    this.#locks = locks;
    this.#arrivals = arrivals;
  }

  /** Settles once the agent is logged; with `wait` once it runs, rejecting when it could not be made. */
  async spawn({ wait, ...request }: ParsedParams<'agent.spawn'>): Promise<AgentRecord> {
    const { store, journal, runtimes, providers, now } = this.#parts;
    const place: Place = { runtimeId: request.runtimeId, runtime: runtimes.getRuntime(request.runtimeId) };
    const config = completeRequest(request, {
      hasId: (id) => store.find(id) !== undefined,
      hasName: (name) => this.#isNameTaken(name),
    });
    const plan = planSpawn(config, providers.find(config.aiProvider), this.#parts.env);
    const { agentId: id, name = id } = config;
    this.#names.add(name);
    await checkSpawn(plan, place.runtime, providers.find(config.aiProvider)).catch((error: unknown) => {
      this.#names.delete(name);
      throw error;
    });
    const at = now();
    const agent = { ...queuedRecord(config, place, at), conversationId: plan.conversationId, order: at };
    const created = { type: 'agent.created', id, agent, config: plan.stored } as const;
    // Under the lock from before the first event, so that no reconcile takes the agent for a lost one.
    const { promise: logged, resolve, reject } = Promise.withResolvers<void>();
    const started = this.#locks.run(id, async () => {
      await journal
        .append(...this.#freeName(name), created, ...promptEvents(id, plan.typedPrompt))
        .then(resolve, reject)
        .finally(() => this.#names.delete(name));
      if (store.find(id) !== undefined) await this.place(id, plan, place);
    });
    started.catch(() => undefined);
    await logged;
    if (wait) await started;
    return store.get(id).record;
  }

  /** Asks the runtime for a logged agent. The caller holds the agent's lock. Rejects after logging why it failed. */
  async place(id: string, plan: SpawnPlan, place: Place): Promise<void> {
    const stopper = new AbortController();
    this.#running.set(id, stopper);
    try {
      const info = await this.#gate(() => this.#make(id, plan.config, place, stopper.signal));
      await this.#parts.journal.append(placedEvent(info, place.runtime, plan.conversationId), {
        type: 'agent.lifecycle',
        id,
        lifecycle: 'running',
        reason: null,
        exit: null,
      });
    } catch (error) {
      await this.#fail(id, error, stopper.signal.aborted);
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  /** Gives up an agent that is being made. */
  cancel(id: string, reason: Error): void {
    this.#running.get(id)?.abort(reason);
  }

  async #make(id: string, config: AgentConfig, { runtime }: Place, signal: AbortSignal): Promise<AgentInfo> {
    signal.throwIfAborted();
    await this.#progress(id, null);
    const arrival = this.#arrivals.expect(id);
    try {
      const onProgress = (step: string) => void this.#progress(id, step).catch(() => undefined);
      const handle: AgentHandle = await runtime.spawnAgent(config, { signal, onProgress });
      return await arrival.info(handle, runtime);
    } finally {
      arrival.forget();
    }
  }

  #progress(id: string, reason: string | null): Promise<void> {
    return this.#parts.journal.append({ type: 'agent.lifecycle', id, lifecycle: 'provisioning', reason, exit: null });
  }

  async #fail(id: string, error: unknown, isCancelled: boolean): Promise<void> {
    const [ended, failed] = failedEvents(id, error, this.#parts.now());
    if (!isCancelled) this.#parts.logger.warn({ event: 'agent.spawn-failed', agentId: id, reason: ended.reason });
    await this.#parts.journal.append(...(isCancelled ? [ended] : [ended, failed]));
  }

  /** An attempt that failed gives its name up to the next one: it is called `…-failed` from then on. */
  #freeName(name: string): readonly FleetEventBody[] {
    const { store } = this.#parts;
    const holder = [...store.agents()].find(({ record }) => record.name === name && this.#isGivenUp(record));
    if (holder === undefined) return [];
    const freed = uniqueName(`${name}-failed`, (each) => this.#names.has(each) || isNameUsed(store.agents(), each));
    return [{ type: 'agent.renamed', id: holder.record.id, name: freed, handle: null }];
  }

  /** It was never made, and nobody is making it now. */
  #isGivenUp({ id, handle, lifecycle, activity }: AgentRecord): boolean {
    return handle === null && lifecycle === 'stopped' && isFailure(activity) && !this.#locks.isBusy(id);
  }

  #isNameTaken(name: string): boolean {
    if (this.#names.has(name)) return true;
    const holders = [...this.#parts.store.agents()].filter(({ record }) => record.name === name);
    return holders.some(({ record }) => !this.#isGivenUp(record));
  }
}

/** Whether an agent other than `except` has the name. */
export function isNameUsed(agents: Iterable<AgentState>, name: string, except?: string): boolean {
  for (const { record } of agents)
    if (record.id !== except && (record.name === name || record.id === name)) return true;
  return false;
}
