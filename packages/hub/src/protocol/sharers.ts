import type { AgentRecord } from './agent-record.ts';

type Sharing = Pick<AgentRecord, 'id' | 'worktree' | 'lifecycle' | 'removeAt'>;

/** The other agents that are alive in the worktree of this one: what one of them changes, the others find changed. */
export function sharersOf<T extends Sharing>(agent: Sharing, agents: readonly T[]): readonly T[] {
  const { worktree } = agent;
  if (worktree === null) return [];
  return agents.filter(
    (other) =>
      other.id !== agent.id &&
      other.removeAt === null &&
      other.worktree?.path === worktree.path &&
      other.lifecycle !== 'stopped' &&
      other.lifecycle !== 'lost',
  );
}
