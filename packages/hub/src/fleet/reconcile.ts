import type { Activity, AgentExit, AgentInfo } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { adoptedEvent, type Place, placedEvent } from './new-agent.ts';
import { uniqueName } from './naming.ts';

/** Exit code of programs that a person ended with Ctrl+C (128 + SIGINT). */
const interruptedCode = 130;

/** What the log says and what an engine has, side by side. */
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

/** Reason of an agent that somebody is stopping: should its end not be logged, it was no crash. */
export const stoppingReason = 'stopping';

/** What is logged when somebody stopped an agent: who does that has done with what it had to say. */
export function stoppedEvents(id: string, exit: AgentExit | null) {
  return [
    { type: 'agent.lifecycle', id, lifecycle: 'stopped', reason: 'stopped by you', exit },
    { type: 'agent.seen', id },
  ] as const satisfies readonly FleetEventBody[];
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

function missing(record: AgentRecord): readonly FleetEventBody[] {
  const { id, lifecycle, handle } = record;
  if (lifecycle === 'stopped' || lifecycle === 'lost') return [];
  // Where a runtime keeps nothing of what ended, a stop leaves nothing to find.
  if (isStopping(record)) return stoppedEvents(id, null);
  const reason = handle === null ? 'the hub ended before it was made' : 'its session is gone';
  return [{ type: 'agent.lifecycle', id, lifecycle: 'lost', reason, exit: null }];
}

function confirmed(record: AgentRecord, info: AgentInfo, { runtime }: Place): readonly FleetEventBody[] {
  const placed = isPlacedLike(record, info) ? [] : [placedEvent(info, runtime, null)];
  const isRunning = info.status === 'starting' || info.status === 'running';
  return [...placed, ...(isRunning ? runningEvents(record) : endedEvents(record, info.exit))];
}

/** One that was to be stopped and runs was not stopped. */
function runningEvents(record: AgentRecord): readonly FleetEventBody[] {
  if (record.lifecycle === 'running' && !isStopping(record)) return [];
  return [{ type: 'agent.lifecycle', id: record.id, lifecycle: 'running', reason: null, exit: null }];
}

function endedEvents(record: AgentRecord, exit: AgentExit | null): readonly FleetEventBody[] {
  const { id, lifecycle, lifecycleReason: reason } = record;
  if (isStopping(record)) return stoppedEvents(id, exit);
  if (lifecycle !== 'stopped') return endEvents(record, exit);
  const isNews = isKnownExit(exit) && !isKnownExit(record.exit);
  if (!isNews) return [];
  // What was said of an end before is kept, but for the bare fact.
  if (reason === null || reason === 'ended') return endEvents(record, exit);
  return [{ type: 'agent.lifecycle', id, lifecycle, reason, exit }];
}

function isStopping({ lifecycle, lifecycleReason }: AgentRecord): boolean {
  return lifecycle !== 'stopped' && lifecycle !== 'lost' && lifecycleReason === stoppingReason;
}

function isPlacedLike(record: AgentRecord, info: AgentInfo): boolean {
  const isRunning = info.status === 'starting' || info.status === 'running';
  return (
    JSON.stringify(record.handle) === JSON.stringify(info.handle) &&
    record.directory === info.directory &&
    (!isRunning || record.pid === info.pid)
  );
}
