import type { AgentHandle, AgentInfo } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import type { FleetRuntime } from './fleet-parts.ts';
import { withDeadline } from './with-deadline.ts';

/** How long an engine may take to announce an agent it has made, before it is asked. */
const patienceMs = 500;
const listTimeoutMs = 10_000;

/** One agent that is being made. */
export interface ExpectedArrival {
  /** What the engine says of it: announced, or asked for when no announcement comes. */
  info(handle: AgentHandle, runtime: FleetRuntime): Promise<AgentInfo>;
  forget(): void;
}

/** Keeps the `added` notices of agents that are being made for those who make them: no list is asked for. */
export class Arrivals {
  readonly #expected = new Map<string, PromiseWithResolvers<AgentInfo>>();

  expect(id: string): ExpectedArrival {
    const notice = Promise.withResolvers<AgentInfo>();
    this.#expected.set(id, notice);
    return {
      info: async (handle, runtime) => {
        const announced = runtime.watch === undefined ? null : await within(notice.promise, patienceMs);
        return announced ?? findInfo(handle, runtime);
      },
      forget: () => {
        this.#expected.delete(id);
      },
    };
  }

  /** Says whether somebody was waiting for it. */
  announce(info: AgentInfo): boolean {
    const notice = this.#expected.get(info.handle.agentId);
    notice?.resolve(info);
    return notice !== undefined;
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function findInfo(handle: AgentHandle, runtime: FleetRuntime): Promise<AgentInfo> {
  const info = await findAgent(runtime, handle.agentId);
  if (info !== undefined) return info;
  throw new HubError('runtime-failed', `The agent "${handle.agentId}" ended while it was being made.`, {
    hint: 'Look at its command: does it exist on that machine?',
  });
}

/** What the engine says of one agent. Rejects with a `TimeoutError` when it says nothing. */
export async function findAgent(runtime: FleetRuntime, id: string): Promise<AgentInfo | undefined> {
  const infos = await withDeadline(listTimeoutMs, (signal) => runtime.listAgents({ signal }));
  return infos.find(({ handle }) => handle.agentId === id);
}
