import type { AgentRecord } from '@swarm-tui/hub/client';
import type { AppState } from '../state/app-state.ts';

/** What a restart takes up: the agent's own conversation, the latest one of its directory, or nothing. */
export type Resumption = 'own' | 'latest' | 'none';

/** What a restart of this agent takes up, as far as its provider can. */
export function resumptionOf({ provider, conversationId }: AgentRecord, { machine }: AppState): Resumption {
  const found = machine?.providers.find(({ id }) => id === provider);
  const hasOwn = conversationId !== null;
  // Nobody has looked yet: what nearly all of them can.
  if (machine === null) return hasOwn ? 'own' : 'latest';
  // Built-in providers are not looked for: they go on by the id that they were given, or not at all.
  if (found === undefined) return hasOwn ? 'own' : 'none';
  if (hasOwn && found.canResume) return 'own';
  return found.canContinue ? 'latest' : 'none';
}

/** The same for several: null where they differ. */
export function sharedResumption(agents: readonly AgentRecord[], state: AppState): Resumption | null {
  const all = new Set(agents.map((agent) => resumptionOf(agent, state)));
  const [only = null] = all;
  return all.size === 1 ? only : null;
}
