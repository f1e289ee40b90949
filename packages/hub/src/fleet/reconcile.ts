import type { Activity, AgentExit, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { adoptedEvent, type Place, placedEvent } from './new-agent.ts';
import { uniqueName } from './naming.ts';

/** Exit code of programs that a person ended with Ctrl+C (128 + SIGINT). */
const interruptedCode = 130;

export interface ReconcileInput {
  readonly place: Place;
  /** Logged agents of this runtime. */
  readonly records: readonly AgentRecord[];
  /** What the engine has. */
  readonly infos: readonly AgentInfo[];
  /** Agents that are being made or ended right now: their own commands log what becomes of them. */
  readonly isBusy: (id: string) => boolean;
  readonly isNameTaken: (name: string) => boolean;
}

/**
 * The events that bring the log in line with an engine that answered. The world decides whether an agent
 * runs, the log decides what it is. Pure; reconciling again after folding them gives none.
 */
export function reconcile(input: ReconcileInput): readonly FleetEventBody[] {
  const { records, infos, isBusy } = input;
  const found = new Map(infos.map((info) => [info.handle.agentId, info]));
  const known = new Set(records.map(({ id }) => id));
  return [
    ...records
      .filter(({ id }) => !isBusy(id))
      .flatMap((record) => {
        const info = found.get(record.id);
        return info === undefined ? missing(record) : confirmed(record, info, input.place);
      }),
    ...adopted(
      infos.filter(({ handle: { agentId } }) => !known.has(agentId) && !isBusy(agentId)),
      input,
    ),
  ];
}

/** Events for agents whose engine does not answer: silence is no evidence that they are gone. */
export function unreachable(records: readonly AgentRecord[], reason: string): readonly FleetEventBody[] {
  return records
    .filter(({ lifecycle }) => lifecycle === 'running' || lifecycle === 'paused')
    .map(({ id }) => ({ type: 'agent.lifecycle', id, lifecycle: 'unreachable', reason, exit: null }));
}

/** Whether it is known how a program ended, and not only that. */
export function isKnownExit(exit: AgentExit | null): boolean {
  return exit !== null && (exit.code !== null || exit.signal !== null);
}

/** What is logged when a program ended by itself; as a crash when it failed. */
export function endEvents({ id }: Pick<AgentRecord, 'id'>, exit: AgentExit | null): readonly FleetEventBody[] {
  const reason = exit === null ? 'ended' : exitReason(exit);
  const end = { type: 'agent.lifecycle', id, lifecycle: 'stopped', reason, exit } as const;
  const activity = exit === null ? null : crashActivity(exit);
  return activity === null ? [end] : [end, { type: 'agent.activity', id, activity, unread: true }];
}

/** Null for a clean end, one that nobody knows the outcome of, and Ctrl+C: that was a person. */
function crashActivity({ code, signal, at }: AgentExit): Activity | null {
  const isClean = signal === null ? code === null || code === 0 || code === interruptedCode : signal === 'SIGINT';
  if (isClean) return null;
  const detail = signal === null ? `exit ${code}` : `ended by ${signal}`;
  return {
    state: 'error',
    reason: 'crash',
    detail,
    since: at,
    certainty: 'high',
    conflict: false,
    resetsAt: null,
  };
}

function exitReason({ code, signal }: AgentExit): string {
  if (signal !== null) return `ended by ${signal}`;
  if (code === null) return 'ended';
  return code === 0 ? 'ended' : `ended with exit code ${code}`;
}

function adopted(infos: readonly AgentInfo[], { place, isNameTaken }: ReconcileInput): readonly FleetEventBody[] {
  const names = new Set<string>();
  return infos.map((info) => {
    const wanted = info.config.name ?? info.handle.agentId;
    const name = uniqueName(wanted, (each) => names.has(each) || isNameTaken(each));
    names.add(name);
    return adoptedEvent(info, place, name);
  });
}

function missing({ id, lifecycle, handle }: AgentRecord): readonly FleetEventBody[] {
  if (lifecycle === 'stopped' || lifecycle === 'lost') return [];
  const reason = handle === null ? 'the hub ended before it was made' : 'its session is gone';
  return [{ type: 'agent.lifecycle', id, lifecycle: 'lost', reason, exit: null }];
}

function confirmed(record: AgentRecord, info: AgentInfo, { runtime }: Place): readonly FleetEventBody[] {
  const placed = isPlacedLike(record, info) ? [] : [placedEvent(info, runtime, null)];
  const isRunning = info.status === 'starting' || info.status === 'running';
  const lifecycle = isRunning ? 'running' : 'stopped';
  const isNews = !isRunning && isKnownExit(info.exit) && !isKnownExit(record.exit);
  if (record.lifecycle === lifecycle && !isNews) return placed;
  const { id, lifecycleReason } = record;
  if (isRunning) return [...placed, { type: 'agent.lifecycle', id, lifecycle, reason: null, exit: null }];
  // What was said of an end before is kept, but for the bare fact.
  const isToldBefore = record.lifecycle === 'stopped' && lifecycleReason !== null && lifecycleReason !== 'ended';
  if (!isToldBefore) return [...placed, ...endEvents(record, info.exit)];
  return [...placed, { type: 'agent.lifecycle', id, lifecycle, reason: lifecycleReason, exit: info.exit }];
}

function isPlacedLike(record: AgentRecord, info: AgentInfo): boolean {
  const isRunning = info.status === 'starting' || info.status === 'running';
  return (
    JSON.stringify(record.handle) === JSON.stringify(info.handle) &&
    record.directory === info.directory &&
    (!isRunning || record.pid === info.pid)
  );
}
