import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { holdsInput, type Screen } from './echo.ts';

/** What became of a message that an earlier hub typed, as far as it can be seen. */
export type Proof = 'turn' | 'input' | 'none';

/** The message that is being typed, or the last one that was typed and for which Enter may be missing. */
export function findUnproven({ messages }: Pick<AgentState, 'messages'>): StoredMessage | undefined {
  const typing = messages.find(({ state }) => state === 'typing');
  return typing ?? messages.findLast(({ state, submit }) => state === 'echoed' && submit);
}

/** A turn that began after typing proves that it was taken; the whole text before the cursor that it waits for Enter. */
export function findProof(
  { text, changedAt }: StoredMessage,
  { state, since }: AgentRecord['activity'],
  screen: Screen | null,
): Proof {
  // An idle state may be younger only because it was found out anew.
  if ((state === 'working' || state === 'waiting') && since >= changedAt) return 'turn';
  return screen !== null && holdsInput(text, screen) ? 'input' : 'none';
}

/** What the message is now; null when it stays what it was. What cannot be proven is asked about. */
export function stateAfter({ state }: StoredMessage, proof: Proof): StoredMessage['state'] | null {
  if (proof === 'turn') return 'accepted';
  if (state === 'echoed') return null;
  return proof === 'input' ? 'echoed' : 'uncertain';
}
