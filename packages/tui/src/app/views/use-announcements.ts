import { useEffect, useRef, useState } from 'react';
import { shownState } from '../state/agent-state.ts';
import { agentSentence } from '../layout/sentences.ts';
import type { AppState } from '../state/app-state.ts';
import type { FleetState } from '../state/fleet-state.ts';

/** What each agent that needs the person wants, as far as it was told. */
type Wants = ReadonlyMap<string, string>;

function wantsOf({ agents }: FleetState): Wants {
  const wants = new Map<string, string>();
  for (const [id, agent] of agents) {
    const { since, reason } = agent.activity;
    if (shownState(agent).section === 'needs-you') wants.set(id, `${since} ${reason}`);
  }
  return wants;
}

/** A sentence for each agent that has begun to need the person, once each, oldest first; those of the start are in the list. */
export function useAnnouncements({ fleet, hasSnapshot }: AppState): readonly string[] {
  const before = useRef<Wants | null>(null);
  const [told, setTold] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!hasSnapshot) return;
    const now = wantsOf(fleet);
    const known = before.current;
    before.current = now;
    if (known === null) return;
    const news = [...now].filter(([id, want]) => known.get(id) !== want).flatMap(([id]) => fleet.agents.get(id) ?? []);
    if (news.length > 0) setTold((old) => [...old, ...news.map(agentSentence)]);
  }, [fleet, hasSnapshot]);
  return told;
}
