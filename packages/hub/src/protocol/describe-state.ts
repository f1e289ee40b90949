import type { AgentRecord } from './agent-record.ts';

/** Where an agent stands in lists, in this order. */
export type StateSection = 'needs-you' | 'done' | 'working' | 'quiet';

/** An agent's state in one word, made of its lifecycle and its activity. */
export interface DescribedState {
  /** `done` is a turn, or a program, that ended and that nobody has looked at yet. */
  readonly word: Exclude<AgentRecord['lifecycle'], 'running'> | AgentRecord['activity']['state'] | 'done';
  readonly reason: string | null;
  readonly section: StateSection;
  /** Waits for a person, or has an error that does not heal by itself and that nobody has looked at. */
  readonly needsYou: boolean;
  /** A limit with a known end: it goes on by itself then. */
  readonly heals: boolean;
}

const limits: ReadonlySet<string> = new Set(['rate-limit', 'usage-limit']);

/** Why a program does not run that should: it failed, or it could not even be started. */
const failures: ReadonlySet<string> = new Set(['crash', 'start']);

/** Whether an activity still says something once the program has ended: that it failed, or was never started. */
export function isFailure({ state, reason }: AgentRecord['activity']): boolean {
  return state === 'error' && failures.has(reason ?? '');
}

/**
 * What every client says of an agent's state, in the words of the protocol; a client may show other words for them.
 * A reason is one word; the sentence that goes with it is `lifecycleReason` or the activity's detail.
 */
export function describeState(agent: AgentRecord): DescribedState {
  const { word, reason, needsYou = false, heals = false } = describe(agent);
  return { word, reason, needsYou, heals, section: needsYou ? 'needs-you' : sectionOf(word) };
}

const busyWords: ReadonlySet<string> = new Set(['queued', 'provisioning', 'starting', 'working']);

function sectionOf(word: DescribedState['word']): StateSection {
  if (word === 'done') return 'done';
  return busyWords.has(word) ? 'working' : 'quiet';
}

type Description = Pick<DescribedState, 'word' | 'reason'> & Partial<Pick<DescribedState, 'needsYou' | 'heals'>>;

function describe({ lifecycle, activity, unread }: AgentRecord): Description {
  const { state, reason } = activity;
  // What failed is in error as long as nobody starts it again; a look is enough to be told of it.
  if (lifecycle === 'stopped' && isFailure(activity)) return { word: 'error', reason, needsYou: unread };
  // It ended by itself and nobody has looked: whoever stops an agent has seen it.
  if (lifecycle !== 'running') return { word: lifecycle === 'stopped' && unread ? 'done' : lifecycle, reason: null };
  if (state === 'waiting') return { word: state, reason, needsYou: true };
  if (state === 'error') return describeError(activity);
  return { word: state === 'idle' && unread ? 'done' : state, reason };
}

function describeError({ reason, resetsAt }: AgentRecord['activity']): Description {
  const heals = resetsAt !== null && limits.has(reason ?? '');
  return { word: 'error', reason, needsYou: !heals, heals };
}
