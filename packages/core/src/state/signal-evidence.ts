import type { ActivityState, Evidence } from './activity.ts';
import type { Signal, StateSignal } from './signal.ts';

const states: Readonly<Record<string, ActivityState>> = {
  starting: 'starting',
  idle: 'idle',
  // The turn ended well. That nobody has looked yet is not the agent's business.
  done: 'idle',
  working: 'working',
  error: 'error',
  blocked: 'waiting',
};

function evidence(says: string, state: ActivityState, at: number): Evidence {
  return { source: 'signal', says, state, reason: null, detail: null, at };
}

function fromState(signal: StateSignal, at: number): Evidence | null {
  const state = Object.hasOwn(states, signal.state) ? states[signal.state] : undefined;
  if (state === undefined) return null;
  const kind = signal.kind === null ? '' : ` kind=${signal.kind}`;
  return {
    ...evidence(`OSC 7501 state=${signal.state}${kind}`, state, at),
    reason: signal.kind,
    detail: signal.detail,
    resetsAt: signal.until,
  };
}

type ProgressSignal = Extract<Signal, { type: 'progress' }>;
type PromptMark = Extract<Signal, { type: 'prompt-mark' }>;

function fromProgress({ state }: ProgressSignal, at: number): Evidence | null {
  if (state === 'paused') return null;
  if (state === 'error') return evidence('OSC 9;4 progress failed', 'error', at);
  return state === 'none'
    ? evidence('OSC 9;4 progress ended', 'idle', at)
    : evidence('OSC 9;4 progress', 'working', at);
}

function fromPromptMark({ mark, exitCode }: PromptMark, at: number): Evidence {
  if (mark === 'C') return evidence('OSC 133 command runs', 'working', at);
  if (mark !== 'D') return evidence('OSC 133 prompt', 'idle', at);
  return evidence(`OSC 133 command ended${exitCode === null ? '' : `, exit ${exitCode}`}`, 'idle', at);
}

/**
 * What a signal says of the agent's state, or null where it says nothing (bells, titles and notices: rules read those).
 * `at` is when it came, milliseconds since the epoch.
 */
export function signalEvidence(signal: Signal, at: number): Evidence | null {
  switch (signal.type) {
    case 'state':
      return fromState(signal, at);
    case 'progress':
      return fromProgress(signal, at);
    case 'prompt-mark':
      return fromPromptMark(signal, at);
    case 'title':
    case 'notice':
    case 'bell':
    case 'alternate-screen':
      return null;
  }
}
