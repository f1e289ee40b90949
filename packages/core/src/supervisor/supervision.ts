import { backoffDelay } from './backoff.ts';
import type { BackoffPolicy } from './backoff.ts';

/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Why a supervisor ended. */
export type SupervisorOutcome =
  | { readonly reason: 'clean-exit' }
  /** Asked to; `exit` is null when no child ran. */
  | { readonly reason: 'stopped'; readonly exit: ChildExit | null }
  | { readonly reason: 'gave-up'; readonly failures: number; readonly exit: ChildExit }
  | { readonly reason: 'fatal-exit'; readonly exit: ChildExit };

interface Counts {
  /** Failed runs in a row. */
  readonly failures: number;
  /** Those of them that were quick. */
  readonly quickFailures: number;
}

/** Where a supervised program is: running, waiting to be started again, being stopped, or over. */
export type SupervisorState =
  | ({ readonly state: 'running'; readonly startedAt: number } & Counts)
  | ({ readonly state: 'waiting'; readonly restartAt: number; readonly exit: ChildExit } & Counts)
  | ({ readonly state: 'stopping' } & Counts)
  | { readonly state: 'ended'; readonly outcome: SupervisorOutcome };

/** What happens to a supervised program. */
export type SupervisorEvent =
  | { readonly type: 'exited'; readonly exit: ChildExit }
  | { readonly type: 'timer' }
  | { readonly type: 'stop' };

/** The state after an event. Pure; times are milliseconds on one clock. */
export type NextSupervisorState = (state: SupervisorState, event: SupervisorEvent, nowMs: number) => SupervisorState;

/** The state of a supervisor that has just started its child. */
export function initialSupervisorState(nowMs: number): SupervisorState {
  return { state: 'running', startedAt: nowMs, failures: 0, quickFailures: 0 };
}

type Running = Extract<SupervisorState, { state: 'running' }>;

function countFailure(state: Running, policy: BackoffPolicy, nowMs: number): Counts {
  const ranMs = nowMs - state.startedAt;
  const before = ranMs >= policy.resetAfterMs ? { failures: 0, quickFailures: 0 } : state;
  return { failures: before.failures + 1, quickFailures: ranMs < policy.quickMs ? before.quickFailures + 1 : 0 };
}

/** The pure part of a supervisor. Events that cannot be in a state leave it as it is. */
export function createNextSupervisorState(policy: BackoffPolicy, random?: () => number): NextSupervisorState {
  const afterExit = (state: Running, exit: ChildExit, nowMs: number): SupervisorState => {
    const isClean = exit.code === 0;
    if (isClean && !policy.restartsAfterCleanExit) return { state: 'ended', outcome: { reason: 'clean-exit' } };
    if (exit.code !== null && policy.fatalExitCodes.includes(exit.code)) {
      return { state: 'ended', outcome: { reason: 'fatal-exit', exit } };
    }
    const counts = isClean ? { failures: 0, quickFailures: 0 } : countFailure(state, policy, nowMs);
    if (counts.quickFailures >= policy.maxFailures) {
      return { state: 'ended', outcome: { reason: 'gave-up', failures: counts.failures, exit } };
    }
    return { state: 'waiting', restartAt: nowMs + backoffDelay(policy, counts.failures, random), exit, ...counts };
  };

  return (state, event, nowMs) => {
    switch (state.state) {
      case 'running':
        if (event.type === 'exited') return afterExit(state, event.exit, nowMs);
        if (event.type === 'stop')
          return { state: 'stopping', failures: state.failures, quickFailures: state.quickFailures };
        return state;
      case 'stopping':
        return event.type === 'exited' ? { state: 'ended', outcome: { reason: 'stopped', exit: event.exit } } : state;
      case 'waiting':
        if (event.type === 'stop') return { state: 'ended', outcome: { reason: 'stopped', exit: null } };
        if (event.type !== 'timer' || nowMs < state.restartAt) return state;
        return { state: 'running', startedAt: nowMs, failures: state.failures, quickFailures: state.quickFailures };
      case 'ended':
        return state;
    }
  };
}
