import type { AgentRecord } from '@swarm-tui/hub/client';
import { firstChoices, isFirstRun } from '../state/first-run.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { PaneAction, SplitDirection } from '../workspace-port.ts';
import type { Command, CommandContext } from './command.ts';
import { agentOfPane, hasAgent, neighbourAgent } from './targets.ts';

// A leader key gives the pane it was pressed in: the act is about that agent, else about the one under the cursor.
function agentFor(state: AppState, paneId: string | undefined): AgentRecord | undefined {
  return (paneId === undefined ? undefined : agentOfPane(state, paneId)) ?? selectedAgent(state);
}

function withAgent(
  act: (context: CommandContext, agent: AgentRecord, paneId: string | undefined) => Promise<void>,
): Command['run'] {
  return async (context, paneId) => {
    const agent = agentFor(context.getState(), paneId);
    if (agent !== undefined) await act(context, agent, paneId);
  };
}

function split(direction: SplitDirection): Command['run'] {
  return withAgent(({ services }, agent) => services.workspace.openSplit(agent, direction));
}

/** Enter: in place; on the row that is open already it fills the screen. */
async function open({ services, getState }: CommandContext, agent: AgentRecord): Promise<void> {
  const { panes } = getState().workspace;
  const isOpen = panes.some((pane) => pane.kind === 'agent' && pane.agentId === agent.id);
  await (isOpen ? services.workspace.fullScreen(agent) : services.workspace.focusAgent(agent));
}

async function switchTo({ services, dispatch }: CommandContext, agent: AgentRecord | undefined): Promise<void> {
  if (agent === undefined) return;
  dispatch({ type: 'cursor.to', key: agent.id });
  await services.workspace.switchViewer(agent);
}

function neighbour(step: 1 | -1): Command['run'] {
  return (context, paneId) => {
    const state = context.getState();
    const from = agentFor(state, paneId)?.id ?? null;
    return switchTo(context, neighbourAgent(state, from, step));
  };
}

// The number in a pane's border; with fewer panes, the number of the row.
function openNumber(number: number): Command['run'] {
  return async (context) => {
    const { workspace, fleet } = context.getState();
    const pane = workspace.panes[number - 1];
    const shown = pane === undefined ? undefined : fleet.agents.get(pane.agentId);
    if (shown !== undefined) return context.services.workspace.focusAgent(shown);
    const ids = Object.values(fleet.sections).flat();
    await switchTo(context, fleet.agents.get(ids[number - 1] ?? ''));
  };
}

function paneOnly(action: PaneAction, title: string, leaderKeys: readonly string[]): Command {
  return { id: `pane-${action}`, title, group: 'panes', keys: [], leaderKeys, paneAction: action, run: () => {} };
}

const numbers: readonly Command[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({
  id: `open-${number}`,
  title: `Agent in pane ${number}`,
  group: 'panes',
  keys: [],
  leaderKeys: [String(number)],
  run: openNumber(number),
}));

/** What tmux does by itself on a leader key. */
const leaderOnly: readonly Command[] = [
  paneOnly('back-to-list', 'Back to the list', ['q', 'Ctrl+Q']),
  paneOnly('focus-left', 'Pane to the left', ['h', 'Left']),
  paneOnly('focus-down', 'Pane below', ['j', 'Down']),
  paneOnly('focus-up', 'Pane above', ['k', 'Up']),
  paneOnly('focus-right', 'Pane to the right', ['l', 'Right']),
  paneOnly('resize-left', 'Wider to the left', ['H']),
  paneOnly('resize-down', 'Larger downwards', ['J']),
  paneOnly('resize-up', 'Larger upwards', ['K']),
  paneOnly('resize-right', 'Wider to the right', ['L']),
  paneOnly('copy-mode', 'Copy mode', ['[']),
  paneOnly('search-scrollback', 'Search what scrolled by', ['/']),
  paneOnly('send-leader', 'Send the leader itself', ['Leader']),
];

const openSelected = withAgent((context, agent) => open(context, agent));

// Without any agent Enter takes what the first run offers.
function chooseFirst({ getState, runCommand }: CommandContext): void {
  const choice = firstChoices[getState().firstChoice];
  if (choice !== undefined) runCommand(choice.command);
}

/** Real tmux panes: open, split, lay out, close. */
export const paneCommands: readonly Command[] = [
  {
    id: 'open',
    title: 'Open in place; again: full screen',
    hint: 'open',
    group: 'now',
    keys: ['Enter', 'o'],
    when: (state) => hasAgent(state) || isFirstRun(state),
    cli: 'attach',
    run: (context, argument) =>
      isFirstRun(context.getState()) ? chooseFirst(context) : openSelected(context, argument),
  },
  {
    id: 'full-screen',
    title: 'Full screen',
    hint: 'full screen',
    group: 'panes',
    keys: ['A'],
    when: hasAgent,
    run: withAgent(({ services }, agent) => services.workspace.fullScreen(agent)),
  },
  {
    id: 'split-right',
    title: 'Split right',
    hint: 'split',
    group: 'panes',
    keys: ['|'],
    leaderKeys: ['|', '%'],
    when: hasAgent,
    run: split('right'),
  },
  {
    id: 'split-down',
    title: 'Split down',
    hint: 'split down',
    group: 'panes',
    keys: ['-'],
    leaderKeys: ['-', '"'],
    when: hasAgent,
    run: split('down'),
  },
  {
    id: 'shell',
    title: 'Shell beside the agent',
    hint: 'shell',
    group: 'agents',
    keys: ['s'],
    leaderKeys: ['s'],
    when: hasAgent,
    run: withAgent(({ services }, agent) => services.workspace.openShell(agent, 'right')),
  },
  {
    id: 'zoom',
    title: 'Zoom',
    hint: 'zoom',
    group: 'panes',
    keys: ['z'],
    leaderKeys: ['z'],
    paneAction: 'zoom',
    run: ({ getState, dispatch, services }) =>
      getState().workspace.panes.length > 0 ? services.workspace.toggleZoom() : dispatch({ type: 'zoom.toggle' }),
  },
  {
    id: 'next-layout',
    title: 'Next layout',
    hint: 'layout',
    group: 'panes',
    keys: ['='],
    leaderKeys: ['Space'],
    paneAction: 'next-layout',
    run: ({ services }) => services.workspace.cycleLayout(),
  },
  {
    id: 'even-out',
    title: 'Even out the panes',
    group: 'panes',
    keys: [],
    leaderKeys: ['='],
    paneAction: 'even-out',
    run: ({ services }) => services.workspace.evenOut(),
  },
  {
    id: 'swap-pane',
    title: 'Swap the pane with the next',
    group: 'panes',
    keys: [],
    run: ({ services }) => services.workspace.swapPane(),
  },
  {
    id: 'close-split',
    title: 'Close the pane, the agent goes on',
    hint: 'close pane',
    group: 'panes',
    keys: [],
    leaderKeys: ['X'],
    paneAction: 'close',
    run: ({ services }) => services.workspace.closePane(null),
  },
  {
    id: 'dock',
    title: 'Show or hide the dock',
    hint: 'dock',
    group: 'panes',
    keys: ['b'],
    run: ({ getState, dispatch, services }) =>
      getState().workspace.panes.length > 0 ? services.workspace.toggleDock() : dispatch({ type: 'preview.toggle' }),
  },
  { id: 'next-agent', title: 'Next agent', group: 'panes', keys: [], leaderKeys: ['n'], run: neighbour(1) },
  { id: 'previous-agent', title: 'Previous agent', group: 'panes', keys: [], leaderKeys: ['p'], run: neighbour(-1) },
  ...leaderOnly,
  ...numbers,
];
