import type { AgentExit, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { AgentState } from './agent-state.ts';
import { paneOf } from './agent-target.ts';
import type { FleetParts, FleetRuntime } from './fleet-parts.ts';
import { uniqueName } from './naming.ts';
import { failedEvents, type Place, placedEvent } from './new-agent.ts';
import { planSpawn, restartConfig } from './spawn-plan.ts';
import { isNameUsed, type Spawner } from './spawner.ts';

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

  /** Ends what runs; the agent stays in the list. Stopping a stopped one is fine. */
  stop({ id, graceMs }: ParsedParams<'agent.stop'>): Promise<AgentRecord> {
    this.#parts.store.get(id);
    this.#spawner.cancel(id, new HubError('not-running', 'stopped by you'));
    return this.#locks.run(id, async () => {
      const state = this.#parts.store.get(id);
      const { lifecycle } = state.record;
      if (lifecycle !== 'stopped' && lifecycle !== 'lost') await this.#stop(state, graceMs);
      return this.#parts.store.get(id).record;
    });
  }

  /** Ends what runs and starts it again in its place, or anew when its place is gone. */
  restart({ id, mode, env }: ParsedParams<'agent.restart'>): Promise<AgentRecord> {
    this.#parts.store.get(id);
    this.#spawner.cancel(id, new HubError('not-running', 'started again by you'));
    return this.#locks.run(id, async () => {
      const state = this.#parts.store.get(id);
      const config = restartConfig(state, mode, env);
      const plan = planSpawn(config, this.#parts.providers.find(config.aiProvider));
      const { runtimeId } = state.record;
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

  /** Changes the name, numbered when another agent has it, here and in the runtime. */
  rename({ id, name: wanted }: ParsedParams<'agent.rename'>): Promise<AgentRecord> {
    const { store, runtimes, journal } = this.#parts;
    store.get(id);
    return this.#locks.run(id, async () => {
      const { record } = store.get(id);
      const name = uniqueName(wanted, (each) => isNameUsed(store.agents(), each, id));
      const runtime = runtimes.getRuntime(record.runtimeId);
      const handle = record.handle === null ? null : ((await runtime.renameAgent?.(record.handle, name)) ?? null);
      const renamed = { type: 'agent.renamed', id, name, handle } as const;
      await journal.append(...(handle === null ? [renamed] : [renamed, movedEvent(record, handle, runtime)]));
      return store.get(id).record;
    });
  }

  async #stop(state: AgentState, graceMs: number | undefined): Promise<void> {
    const { id } = state.record;
    const exit = state.record.handle === null ? null : await this.#end(state, graceMs);
    await this.#parts.journal.append(
      { type: 'agent.lifecycle', id, lifecycle: 'stopped', reason: 'stopped by you', exit },
      // Whoever stops an agent has done with what it had to say.
      { type: 'agent.seen', id },
    );
  }

  /** Where a runtime cannot keep the last screen, ending an agent takes its session away. */
  async #end(state: AgentState, graceMs: number | undefined): Promise<AgentExit | null> {
    const { runtime, handle } = paneOf(state, this.#parts.runtimes);
    if (runtime.stopAgent !== undefined) return runtime.stopAgent(handle, { graceMs });
    await runtime.killAgent(handle, { graceMs });
    return null;
  }

  /** Null when there is no place to start it in again. */
  async #restartInPlace(
    { record }: AgentState,
    runtime: FleetRuntime,
    request: { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> | undefined },
  ): Promise<AgentInfo | null> {
    const { id, handle, lifecycle } = record;
    if (handle === null || lifecycle === 'lost' || runtime.restartAgent === undefined) {
      if (handle !== null && lifecycle !== 'lost') await runtime.killAgent(handle);
      return null;
    }
    const present = await findInfo(runtime, id);
    if (present === undefined) return null;
    await this.#parts.journal.append({
      type: 'agent.lifecycle',
      id,
      lifecycle: 'provisioning',
      reason: 'restarting',
      exit: null,
    });
    try {
      await runtime.restartAgent(present.handle, request);
    } catch (error) {
      await this.#parts.journal.append(...failedEvents(id, error, this.#parts.now()));
      throw error;
    }
    return (await findInfo(runtime, id)) ?? present;
  }
}

async function findInfo(runtime: FleetRuntime, id: string): Promise<AgentInfo | undefined> {
  return (await runtime.listAgents()).find(({ handle }) => handle.agentId === id);
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
