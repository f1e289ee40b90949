import type { GroupMode } from '../state/list-items.ts';
import type { Command } from './command.ts';
import { agentOfPane, hasAgent, needsPerson, neighbourAgent } from './targets.ts';

const groups: readonly { readonly group: GroupMode; readonly title: string }[] = [
  { group: 'attention', title: 'Group by attention' },
  { group: 'project', title: 'Group by project' },
  { group: 'host', title: 'Group by host' },
];

const groupCommands: readonly Command[] = groups.map(({ group, title }) => ({
  id: `group-by-${group}`,
  title,
  group: 'find',
  keys: [],
  run: ({ dispatch }) => dispatch({ type: 'group', group }),
}));

/** Finding agents: filter, waiting ones, marks, grouping. */
export const findCommands: readonly Command[] = [
  {
    id: 'filter',
    title: 'Filter the list',
    hint: 'filter',
    group: 'find',
    keys: ['/'],
    usage: 'state:waiting host:dgx1 words',
    words: () => ['state:waiting', 'state:working', 'state:done', 'state:idle', 'state:error', 'host:'],
    run: ({ dispatch }, argument = '') => {
      dispatch({ type: 'filter.open' });
      if (argument === '') return;
      dispatch({ type: 'filter.text', text: argument });
      dispatch({ type: 'filter.keep' });
    },
  },
  {
    id: 'next-waiting',
    title: 'Next agent that waits',
    hint: 'next',
    group: 'find',
    keys: ['w'],
    leaderKeys: ['w'],
    run: async ({ getState, dispatch, services }, paneId) => {
      if (paneId === undefined) return dispatch({ type: 'cursor.next-waiting' });
      const state = getState();
      const from = agentOfPane(state, paneId)?.id ?? null;
      const agent = neighbourAgent(state, from, { step: 1, isWanted: needsPerson });
      if (agent === undefined) return dispatch({ type: 'toast', kind: 'info', text: 'No agent waits for you' });
      dispatch({ type: 'cursor.to', key: agent.id });
      await services.workspace.switchViewer(agent);
    },
  },
  {
    id: 'only-waiting',
    title: 'Only agents that need you',
    hint: 'only those',
    group: 'find',
    keys: ['W'],
    run: ({ dispatch }) => dispatch({ type: 'filter.only-waiting' }),
  },
  {
    id: 'mark',
    title: 'Mark or unmark',
    hint: 'mark',
    group: 'agents',
    keys: ['v'],
    when: hasAgent,
    run: ({ dispatch }) => dispatch({ type: 'mark.toggle', key: null }),
  },
  {
    id: 'mark-range',
    title: 'Mark a range',
    hint: 'range',
    group: 'agents',
    keys: ['V'],
    when: hasAgent,
    run: ({ dispatch }) => dispatch({ type: 'mark.range' }),
  },
  ...groupCommands,
];
