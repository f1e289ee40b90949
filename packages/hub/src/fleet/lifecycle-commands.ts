import type { AgentExit, AgentHandle, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { AgentState } from './agent-state.ts';
import { paneOf } from './agent-target.ts';
import { findAgent } from './arrivals.ts';
import type { FleetParts, FleetRuntime } from './fleet-parts.ts';
import { failedEvents, type Place, placedEvent } from './new-agent.ts';
import { planSpawn, restartConfig } from './spawn-plan.ts';
import { stoppedEvents, stoppingReason } from './reconcile.ts';
import { isNameUsed, type Spawner } from './spawner.ts';
import { withDeadline } from './with-deadline.ts';
import { callEngine, callMs, endingTime, requireEngine } from './engine-call.ts';

/** Ends, starts and renames agents, one command at a time for each. */
export class LifecycleCommands {
  readonly #parts: FleetParts;
  readonly #locks: AgentLocks;
  readonly #spawner: Spawner;

  constructor(parts: FleetParts, locks: AgentLocks, spawner: Spawner) {
    this.#parts = parts;
    this.#locks = locks;
    this.#spawner = spawner;
  }

  /** Ends what runs; the agent stays in the list. Stopping a stopped one is fine. Given up when `signal` aborts before it began. */
  stop({ id, graceMs }: ParsedParams<'agent.stop'>, signal: AbortSignal): Promise<AgentRecord> {
    this.#parts.store.get(id);
    this.#spawner.cancel(id, new HubError('not-running', 'stopped by you'));
    return this.#locks.run(id, async () => {
      const state = this.#parts.store.get(id);
      const { lifecycle, handle } = state.record;
      if (lifecycle === 'stopped' || lifecycle === 'lost') return state.record;
      if (handle !== null) await requireEngine(this.#parts, state.record, signal);
      await this.#stop(state, graceMs);
      return this.#parts.store.get(id).record;
    });
  }

  /** Ends what runs and starts it again in its place, or anew when its place is gone. */
  restart({ id, mode, env }: ParsedParams<'agent.restart'>, signal: AbortSignal): Promise<AgentRecord> {
    this.#parts.store.get(id);
    this.#spawner.cancel(id, new HubError('not-running', 'started again by you'));
    return this.#locks.run(id, async () => {
      const state = this.#parts.store.get(id);
      const config = restartConfig(state, mode, env);
      const plan = planSpawn(config, this.#parts.providers.find(config.aiProvider), this.#parts.env);
      const { runtimeId } = state.record;
      if (state.record.handle !== null && state.record.lifecycle !== 'lost') {
        await requireEngine(this.#parts, state.record, signal);
      }
      const place: Place = { runtimeId, runtime: this.#parts.runtimes.getRuntime(runtimeId) };
      const command = plan.config.command ?? [];
      // Without an environment of the asking client the agent keeps the one it had.
      const info = await this.#restartInPlace(state, place.runtime, { command, env: env && plan.config.env });
      if (info === null) await this.#spawner.place(id, plan, place);
      else {
        const lifecycle = { type: 'agent.lifecycle', id, lifecycle: 'running', reason: null, exit: null } as const;
        await this.#parts.journal.append(placedEvent(info, place.runtime, plan.conversationId), lifecycle);
      }
      return this.#parts.store.get(id).record;
    });
  }

  /** Changes the name here and in the runtime. Rejects with `name-taken`, then nothing changes. */
  rename({ id, name }: ParsedParams<'agent.rename'>): Promise<AgentRecord> {
    const { store, runtimes, journal } = this.#parts;
    store.get(id);
    return this.#locks.run(id, async () => {
      const { record } = store.get(id);
      if (record.name === name) return record;
      if (isNameUsed(store.agents(), name, id)) {
        throw new HubError('name-taken', `There is an agent "${name}" already.`, { hint: 'Choose another name.' });
      }
      const runtime = runtimes.getRuntime(record.runtimeId);
      // First, so that a name which cannot be kept is not given; reconciling brings the runtime in line after a crash.
      await journal.append({ type: 'agent.renamed', id, name, handle: null });
      const handle = await this.#renameThere(record, name, runtime);
      if (handle !== null) await this.#logAfter(record.runtimeId, movedEvent(record, handle, runtime));
      return store.get(id).record;
    });
  }

  /** What was done is there; what could not be logged of it now is found again by reconciling. */
  async #logAfter(runtimeId: string, event: FleetEventBody): Promise<void> {
    try {
      await this.#parts.journal.append(event);
    } catch (error) {
      this.#parts.suspect(runtimeId);
      throw error;
    }
  }

  /** Takes the new name back when the runtime does not take it. */
  async #renameThere(record: AgentRecord, name: string, runtime: FleetRuntime): Promise<AgentHandle | null> {
    const { handle, id } = record;
    if (handle === null || runtime.renameAgent === undefined) return null;
    try {
      return await withDeadline(
        callMs,
        async (signal) => (await runtime.renameAgent?.(handle, name, { signal })) ?? null,
      );
    } catch (error) {
      await this.#parts.journal.append({ type: 'agent.renamed', id, name: record.name, handle: null });
      throw error;
    }
  }

  /** What is about to be done is logged before: an end that could not be logged afterwards is no crash. */
  async #stop(state: AgentState, graceMs: number | undefined): Promise<void> {
    const { id, lifecycle, exit: before, handle } = state.record;
    const { journal } = this.#parts;
    const current = { type: 'agent.lifecycle', id, lifecycle, exit: before } as const;
    if (handle !== null) await journal.append({ ...current, reason: stoppingReason });
    try {
      const exit = handle === null ? null : await this.#end(state, graceMs);
      await journal.append(...stoppedEvents(id, exit));
    } catch (error) {
      // Whether it has ended is asked of its runtime, once the log takes it.
      this.#parts.suspect(state.record.runtimeId);
      throw error;
    }
  }

  /** Where a runtime cannot keep the last screen, ending an agent takes its session away. */
  async #end(state: AgentState, graceMs: number | undefined): Promise<AgentExit | null> {
    const { runtime, handle } = paneOf(state, this.#parts.runtimes);
    const request = { record: state.record, ms: endingTime(graceMs) };
    return callEngine(this.#parts, request, async (signal) => {
      if (runtime.stopAgent !== undefined) return runtime.stopAgent(handle, { graceMs, signal });
      await runtime.killAgent(handle, { graceMs, signal });
      return null;
    });
  }

  /** Null when there is no place to start it in again. */
  async #restartInPlace(
    { record }: AgentState,
    runtime: FleetRuntime,
    request: { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> | undefined },
  ): Promise<AgentInfo | null> {
    const { id, handle, lifecycle } = record;
    if (handle === null || lifecycle === 'lost' || runtime.restartAgent === undefined) {
      if (handle !== null && lifecycle !== 'lost') {
        await this.#beginRestart(id);
        await this.#callToEnd(record, (signal) => runtime.killAgent(handle, { signal }));
      }
      return null;
    }
    const present = await callEngine(this.#parts, { record, ms: callMs }, () => findAgent(runtime, id));
    if (present === undefined) return null;
    await this.#beginRestart(id);
    try {
      await this.#callToEnd(record, async (signal) => runtime.restartAgent?.(present.handle, request, { signal }));
    } catch (error) {
      await this.#parts.journal.append(...failedEvents(id, error, this.#parts.now()));
      throw error;
    }
    return (await findAgent(runtime, id)) ?? present;
  }

  #callToEnd(record: AgentRecord, call: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return callEngine(this.#parts, { record, ms: endingTime(undefined) }, call);
  }

  #beginRestart(id: string): Promise<void> {
    const begun = { type: 'agent.lifecycle', id, lifecycle: 'provisioning', reason: 'restarting', exit: null } as const;
    return this.#parts.journal.append(begun);
  }
}

/** The same agent under a new handle: how to attach may have changed with it. */
function movedEvent(record: AgentRecord, handle: NonNullable<AgentRecord['handle']>, runtime: FleetRuntime) {
  const { id, directory, worktree, pid } = record;
  const attach = {
    attachCommand: runtime.getAttachCommand(handle),
    attachArgv: [...(runtime.getAttachArgv?.(handle) ?? [])],
  };
  return { type: 'agent.placed', id, handle, directory, worktree, pid, ...attach, conversationId: null } as const;
}
