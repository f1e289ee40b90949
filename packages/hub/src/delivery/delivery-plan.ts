import type { AgentRecord } from '../protocol/agent-record.ts';
import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';

/** What to do about an agent's messages now. */
export type DeliveryStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'type' | 'hold'; readonly message: StoredMessage }
  | { readonly do: 'accept'; readonly message: StoredMessage }
  /** Look again at that time, when no news came before. */
  | { readonly do: 'wait'; readonly until: number };

/** What an agent is known to tell about itself. */
export interface AgentWord {
  /** When it last told its state by itself; null when it never does. */
  readonly toldAt: number | null;
  /** Its screen is judged by rules. */
  readonly hasScreenRules: boolean;
  /** It wrote something after Enter was pressed. */
  readonly hasReacted: boolean;
}

/** Agents that never tell anything are given the next message so long after one was typed. */
const silentMs = 1_500;
/** Agents that tell their turns, or show them, have done so by then. */
const tellingMs = 5_000;
/** An agent that wrote nothing for so long is not looked at for an answer any more. */
const answerMs = 60_000;

const nothing: DeliveryStep = { do: 'nothing' };

/** The next step for an agent's queue: one message at a time, in order, never into a dialog. Pure. */
export function planDelivery({ record, messages }: AgentState, word: AgentWord, now: number): DeliveryStep {
  if (record.lifecycle !== 'running' || record.removeAt !== null) return nothing;
  if (messages.some(({ state }) => state === 'typing' || state === 'uncertain')) return nothing;
  // Only the last can still be answered: one typed before it has stayed without a proof.
  const echoed = messages.findLast(({ state }) => state === 'echoed');
  const step = echoed === undefined ? nothing : settle(echoed, record, word, now);
  if (step.do !== 'nothing') return step;
  const next = messages.find(({ state }) => state === 'queued' || state === 'held');
  if (next === undefined) return awaitAnswer(echoed, now);
  if (record.activity.state === 'starting') return nothing;
  if (record.activity.state !== 'waiting') return { do: 'type', message: next };
  return next.state === 'held' ? nothing : { do: 'hold', message: next };
}

function settle(message: StoredMessage, { activity }: AgentRecord, word: AgentWord, now: number): DeliveryStep {
  // When the last key was sent: whatever the agent told after that is its answer.
  const typedAt = message.changedAt;
  if (!message.submit || hasAnswered(activity, word, typedAt)) return { do: 'accept', message };
  // A busy agent keeps the message in a queue of its own and tells nothing of it.
  const isTelling = word.toldAt !== null && activity.state !== 'working';
  const until = typedAt + (isTelling || word.hasScreenRules ? tellingMs : silentMs);
  if (now < until) return { do: 'wait', until };
  // Some words start no turn, as `/clear`: that it took them is seen by its writing something.
  if (word.hasReacted) return { do: 'accept', message };
  // One that tells its turns and wrote nothing hangs; nothing more is typed into it.
  return isTelling ? { do: 'wait', until: now + tellingMs } : nothing;
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
