import type { AgentRecord } from '../protocol/agent-record.ts';
import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';

/** What to do about an agent's messages now. */
export type DeliveryStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'type' | 'hold' | 'accept'; readonly message: StoredMessage }
  /** It was typed and nothing at all came of it: a person must look. */
  | { readonly do: 'doubt'; readonly message: StoredMessage }
  /** Look again at that time, when no news came before. */
  | { readonly do: 'wait'; readonly until: number };

/** What an agent is known to tell about itself. */
export interface AgentWord {
  /** When it last told its state by itself; null when it never does. */
  readonly toldAt: number | null;
  /** Its screen is judged by rules. */
  readonly hasScreenRules: boolean;
  /** When Enter was last pressed; null when this hub has not pressed it. */
  readonly enteredAt: number | null;
  /** It wrote something after Enter was pressed. */
  readonly hasReacted: boolean;
}

/** Agents that never tell anything are given the next message so long after one was typed. */
const silentMs = 1_500;
/** Agents that tell their turns, or show them, have done so by then. */
const tellingMs = 5_000;
/** A message that its screen never showed and that had no effect has been lost by then. */
const unseenMs = 10_000;
/** An agent that wrote nothing for so long is not looked at for an answer any more, and gets the next message. */
const answerMs = 60_000;

const nothing: DeliveryStep = { do: 'nothing' };

/** The next step for an agent's queue: one message at a time, in order, never into a dialog. Pure. */
export function planDelivery({ record, messages }: AgentState, word: AgentWord, now: number): DeliveryStep {
  if (record.lifecycle !== 'running' || record.removeAt !== null) return nothing;
  if (messages.some(({ state }) => state === 'uncertain')) return nothing;
  const typing = messages.find(({ state }) => state === 'typing');
  if (typing !== undefined) return settleUnseen(typing, record, word, now);
  // Only the last can still be answered: one typed before it has stayed without a proof.
  const echoed = messages.findLast(({ state }) => state === 'echoed');
  const step = echoed === undefined ? nothing : settle(echoed, record, word, now);
  if (step.do !== 'nothing') return step;
  const next = messages.find(({ state }) => state === 'queued' || state === 'held');
  if (next === undefined) return awaitAnswer(echoed, now);
  if (record.activity.state === 'starting') return nothing;
  if (record.activity.state !== 'waiting') return { do: 'type', message: next };
  return next.state === 'held' && next.heldBy === 'dialog' ? nothing : { do: 'hold', message: next };
}

/** Enter was pressed though the screen did not show the text, as where a password is typed. */
function settleUnseen(message: StoredMessage, record: AgentRecord, word: AgentWord, now: number): DeliveryStep {
  if (word.enteredAt === null) return nothing;
  if (hasAnswered(record.activity, word, word.enteredAt)) return { do: 'accept', message };
  const [soon, late] = [word.enteredAt + silentMs, word.enteredAt + unseenMs];
  if (word.hasReacted && now >= soon) return { do: 'accept', message };
  return now >= late ? { do: 'doubt', message } : { do: 'wait', until: now < soon ? soon : late };
}

function settle(message: StoredMessage, { activity }: AgentRecord, word: AgentWord, now: number): DeliveryStep {
  // When the last key was sent: whatever the agent told after that is its answer.
  const typedAt = word.enteredAt ?? message.changedAt;
  if (!message.submit || hasAnswered(activity, word, typedAt)) return { do: 'accept', message };
  // A busy agent keeps the message in a queue of its own and tells nothing of it.
  const isTelling = word.toldAt !== null && activity.state !== 'working';
  const until = typedAt + (isTelling || word.hasScreenRules ? tellingMs : silentMs);
  if (now < until) return { do: 'wait', until };
  // Some words start no turn, as `/clear`: that it took them is seen by its writing something.
  if (word.hasReacted) return { do: 'accept', message };
  // One that tells its turns and wrote nothing hangs: it is given time, but the messages behind do not wait for ever.
  return isTelling && now < typedAt + answerMs ? { do: 'wait', until: now + tellingMs } : nothing;
}

/** Nothing tells of mere output: it is looked for at growing intervals. */
function awaitAnswer(unproven: StoredMessage | undefined, now: number): DeliveryStep {
  if (unproven === undefined || now - unproven.changedAt >= answerMs) return nothing;
  return { do: 'wait', until: now + Math.max(silentMs, now - unproven.changedAt) };
}

function hasAnswered({ since, state }: AgentRecord['activity'], { toldAt }: AgentWord, typedAt: number): boolean {
  const hasTurned = since >= typedAt && state !== 'unknown' && state !== 'starting';
  return hasTurned || (toldAt !== null && toldAt >= typedAt);
}
