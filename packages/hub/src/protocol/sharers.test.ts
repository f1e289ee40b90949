import { expect, it } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { sharersOf } from './sharers.ts';

const worktree = { path: '/r.worktrees/b', branch: 'b', created: true };
const mine = createAgentRecord({ id: 'mine', worktree });

it('names those that are alive in the same worktree', () => {
  const agents = [
    mine,
    createAgentRecord({ id: 'with-me', worktree: { ...worktree, created: false } }),
    createAgentRecord({ id: 'paused', worktree, lifecycle: 'paused' }),
    createAgentRecord({ id: 'elsewhere', worktree: { ...worktree, path: '/r.worktrees/c' } }),
    createAgentRecord({ id: 'nowhere' }),
    createAgentRecord({ id: 'ended', worktree, lifecycle: 'stopped' }),
    createAgentRecord({ id: 'lost', worktree, lifecycle: 'lost' }),
    createAgentRecord({ id: 'going', worktree, removeAt: 1 }),
  ];
  expect(sharersOf(mine, agents).map(({ id }) => id)).toEqual(['with-me', 'paused']);
  expect(sharersOf(createAgentRecord({ id: 'alone' }), agents)).toEqual([]);
});
