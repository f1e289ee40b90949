import type { AgentRecord } from './agent-record.ts';

/** An agent's state in one word, made of its lifecycle and its activity. */
export interface DescribedState {
  /** `done` is a turn that ended and that nobody has looked at yet. */
  readonly word: Exclude<AgentRecord['lifecycle'], 'running'> | AgentRecord['activity']['state'] | 'done';
  readonly reason: string | null;
  /** Waits for a person, or has an error that does not heal by itself and that nobody has looked at. */
  readonly needsYou: boolean;
  /** A limit with a known end: it goes on by itself then. */
  readonly heals: boolean;
}

const limits: ReadonlySet<string> = new Set(['rate-limit', 'usage-limit']);

/** What every client says of an agent's state, in the words of the protocol; a client may show other words for them. */
export function describeState(agent: AgentRecord): DescribedState {
  const { lifecycle, lifecycleReason, activity, unread } = agent;
  // A program that ended in failure is in error as long as nobody starts it again; a look is enough to be told of it.
  const isCrashed = lifecycle === 'stopped' && activity.state === 'error' && activity.reason === 'crash';
  if (isCrashed) return { word: 'error', reason: 'crash', needsYou: unread, heals: false };
  if (lifecycle !== 'running') return { word: lifecycle, reason: lifecycleReason, needsYou: false, heals: false };
  const { state, reason, resetsAt } = activity;
  const heals = state === 'error' && resetsAt !== null && limits.has(reason ?? '');
  const needsYou = state === 'waiting' || (state === 'error' && !heals);
  return { word: state === 'idle' && unread ? 'done' : state, reason, needsYou, heals };
}
