import type { AgentRecord } from '../protocol/agent-record.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { FleetParts } from './fleet-parts.ts';
import { isTimeout } from './is-timeout.ts';
import { withDeadline } from './with-deadline.ts';

/** A question to an engine that takes longer has no answer. */
export const callMs = 10_000;
/** What ending may take beside the time that the agent is given: killing what is left, and tmux's word that it is gone. */
const endingMs = 18_000;
const defaultGraceMs = 5_000;

type Engine = Pick<FleetParts, 'runtimes' | 'suspect'>;
type Placed = Pick<AgentRecord, 'name' | 'runtimeId' | 'host' | 'lifecycle' | 'lifecycleReason'>;

/** How long ending an agent may take. */
export function endingTime(graceMs: number | undefined): number {
  return (graceMs ?? defaultGraceMs) + endingMs;
}

/** Calls an agent's engine, for `ms` at most. Rejects with `timed-out`, naming the engine, when it says nothing. */
export async function callEngine<T>(
  { suspect }: Engine,
  { record, ms, signal }: { readonly record: Placed; readonly ms: number; readonly signal?: AbortSignal | undefined },
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(ms, call, signal);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    suspect(record.runtimeId);
    throw new HubError(
      'timed-out',
      `The engine of "${record.name}" (${record.host}) did not answer within ${ms / 1000} s.`,
      {
        hint: 'Look at it with `swarm-tui doctor`, then try again.',
        cause: error,
      },
    );
  }
}

/**
 * Makes sure that an engine answers before anything is changed there: what is asked of a silent one would be done when
 * it goes on, though nobody waits for it any more. Rejects at once for agents that are known to be unreachable.
 */
export async function requireEngine(parts: Engine, record: Placed, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { name, runtimeId, host, lifecycle, lifecycleReason } = record;
  if (lifecycle === 'unreachable') {
    // It may answer again: then the next try finds it.
    parts.suspect(runtimeId);
    const why = lifecycleReason === null ? '' : `: ${lifecycleReason}`;
    throw new HubError('runtime-failed', `"${name}" cannot be reached on ${host}${why}.`, {
      reason: 'engine-unavailable',
      hint: 'Look at its engine with `swarm-tui doctor`, then try again.',
    });
  }
  const runtime = parts.runtimes.getRuntime(runtimeId);
  await callEngine(parts, { record, ms: callMs, signal }, (either) => runtime.ping({ signal: either }));
}
