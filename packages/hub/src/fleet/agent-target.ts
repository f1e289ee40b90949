import type { AgentHandle } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import type { AgentState } from './agent-state.ts';
import type { AgentTmux, FleetRuntime, FleetRuntimes } from './fleet-parts.ts';

/** An agent's pane, and the tmux it is in. */
export interface AgentPane {
  readonly tmux: AgentTmux;
  readonly runtime: FleetRuntime;
  readonly handle: AgentHandle;
  /** tmux target of the pane. */
  readonly target: string;
}

/** Throws `HubError` `not-running` for an agent that has no pane (yet, or any more). */
export function paneOf({ record }: AgentState, runtimes: FleetRuntimes): AgentPane {
  const { handle, lifecycle, name } = record;
  if (handle === null || lifecycle === 'lost') {
    throw new HubError('not-running', `The agent "${name}" has no terminal: it is ${lifecycle}.`, {
      hint: `Start it again with: swarm-tui restart ${record.id}`,
    });
  }
  const runtime = runtimes.getRuntime(record.runtimeId);
  return { tmux: runtime.getTmux(handle), runtime, handle, target: targetOf(handle) };
}

/** The pane's id where the runtime tells it in the handle (`paneId`), else the session's active pane. */
function targetOf({ data, agentId }: AgentHandle): string {
  const { paneId, sessionName } = data;
  if (typeof paneId === 'string') return paneId;
  return typeof sessionName === 'string' ? sessionName : agentId;
}

/** The session to switch a viewer to. */
export function sessionOf({ data, agentId }: AgentHandle): string {
  const { sessionId, sessionName } = data;
  if (typeof sessionId === 'string') return sessionId;
  return typeof sessionName === 'string' ? sessionName : agentId;
}
