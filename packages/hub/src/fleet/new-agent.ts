import type { AgentConfig, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { type FleetEventBody, StoredConfig } from '../protocol/fleet-event.ts';
import type { FleetRuntime } from './fleet-parts.ts';
import { startingActivity } from './fold.ts';

/** Where an agent runs. */
export interface Place {
  readonly runtimeId: string;
  readonly runtime: FleetRuntime;
}

/** The record of an agent that was asked for and is not made yet. */
export function queuedRecord(config: AgentConfig, { runtimeId, runtime }: Place, at: number): AgentRecord {
  return {
    ...blankRecord(config, at),
    runtimeId,
    runtimeType: runtime.type,
    host: hostLabel(runtimeId, runtime.type),
    conversationId: config.conversationId ?? null,
  };
}

/** What an engine says of an agent, as the events that make the fleet believe it. */
export function adoptedEvent(info: AgentInfo, place: Place, name: string): FleetEventBody {
  const { config, handle, status } = info;
  const isRunning = status === 'starting' || status === 'running';
  const agent: AgentRecord = {
    ...queuedRecord({ ...config, agentId: handle.agentId, name }, place, info.createdAt),
    ...placement(info, place.runtime),
    lifecycle: isRunning ? 'running' : 'stopped',
    lifecycleReason: null,
    exit: info.exit,
    title: info.title,
    viewers: info.viewers,
    outputAt: info.lastActivityAt,
  };
  return { type: 'agent.adopted', id: handle.agentId, agent, config: StoredConfig.parse(config) };
}

/** Where the engine has put an agent. */
export function placedEvent(info: AgentInfo, runtime: FleetRuntime, conversationId: string | null): FleetEventBody {
  return { type: 'agent.placed', id: info.handle.agentId, ...placement(info, runtime), conversationId };
}

/** What is logged of an agent that could not be started; the sentence says why. */
export function failedEvents(id: string, error: unknown, at: number) {
  const reason = error instanceof Error ? error.message : String(error);
  const activity = { ...startingActivity(at), state: 'error', reason: 'start', certainty: 'high' } as const;
  return [
    { type: 'agent.lifecycle', id, lifecycle: 'stopped', reason, exit: null },
    { type: 'agent.activity', id, activity, unread: true },
  ] as const satisfies readonly FleetEventBody[];
}

function placement(info: AgentInfo, runtime: FleetRuntime) {
  const { handle, directory, worktree, pid } = info;
  return {
    handle,
    directory,
    worktree,
    pid,
    attachCommand: runtime.getAttachCommand(handle),
    attachArgv: [...(runtime.getAttachArgv?.(handle) ?? [])],
  };
}

function blankRecord(
  config: AgentConfig,
  at: number,
): Omit<AgentRecord, 'runtimeId' | 'runtimeType' | 'host' | 'conversationId'> {
  return {
    id: config.agentId,
    name: config.name ?? config.agentId,
    provider: config.aiProvider,
    model: config.aiModel ?? null,
    directory: config.workingDirectory,
    worktree: null,
    task: config.task,
    lifecycle: 'queued',
    lifecycleReason: null,
    activity: startingActivity(at),
    unread: false,
    text: '',
    outputAt: at,
    title: '',
    git: null,
    createdAt: at,
    exit: null,
    pid: null,
    viewers: 0,
    queued: 0,
    order: 0,
    removeAt: null,
    handle: null,
    attachCommand: '',
    attachArgv: [],
  };
}

/** `local`; `docker`; `ssh/dgx1` for the second and further runtimes of a kind. */
function hostLabel(runtimeId: string, runtimeType: string): string {
  return runtimeId === runtimeType ? runtimeType : `${runtimeType}/${runtimeId}`;
}
