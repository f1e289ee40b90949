import type { AgentRecord } from '@swarm-tui/hub/client';
import { firstChoices, isFirstRun } from '../state/first-run.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import { type PaneAction, type SplitDirection, type Workspace, whyNoShell } from '../workspace-port.ts';
import type { Command, CommandContext } from './command.ts';
import { cleanName } from '../layout/clean-text.ts';
import { agentAtHand, agentOfPane, hasAgent, neighbourAgent } from './targets.ts';

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

// In the list: the agent under the cursor. Inside a pane that agent is there already: a shell where it works.
function split(direction: SplitDirection): Command['run'] {
  return async ({ services: { workspace }, getState, dispatch }, paneId) => {
    const state = getState();
    const inside = paneId === undefined ? undefined : agentOfPane(state, paneId);
    if (inside !== undefined) return workspace.openShell(inside, direction);
    const agent = selectedAgent(state);
    if (agent === undefined) return dispatch({ type: 'toast', kind: 'info', text: noAgent() });
    if (!isOpen(state, agent)) return workspace.openSplit(agent, direction);
    const text = `${cleanName(agent.name)} is open already. Enter goes there, s opens a shell beside it`;
    dispatch({ type: 'toast', kind: 'info', text });
  };
}

function isOpen({ workspace }: AppState, { id }: AgentRecord): boolean {
  return workspace.panes.some((pane) => pane.kind === 'agent' && pane.agentId === id);
}

function hasAgentOrPane(state: AppState): boolean {
  return hasAgent(state) || state.workspace.panes.length > 0;
}

const noAgent = (): string => 'No agent is selected: move to one with j or k, or start one with n';

function whyNoShellHere(state: AppState): string {
  const agent = agentAtHand(state);
  return (agent && whyNoShell(agent)) ?? noAgent();
}

/** Enter: in place; on the row that is open already it fills the screen. */
async function open({ services, getState }: CommandContext, agent: AgentRecord): Promise<void> {
  await (isOpen(getState(), agent) ? services.workspace.fullScreen(agent) : services.workspace.focusAgent(agent));
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
    return switchTo(context, neighbourAgent(state, from, { step }));
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

interface PaneOnly {
  readonly action: PaneAction;
  readonly title: string;
  readonly leaderKeys: readonly string[];
  /** Pressed in the list, where tmux would do it to the list. @default there is nothing to do */
  readonly run?: Command['run'];
}

function paneOnly({ action, run = () => {}, ...rest }: PaneOnly): Command {
  return { id: `pane-${action}`, ...rest, group: 'panes', keys: [], paneAction: action, run };
}

const sayNoPane: Command['run'] = ({ dispatch }) =>
  dispatch({ type: 'toast', kind: 'info', text: 'No pane is open beside the list: Enter opens one' });

/** Does something to the last used pane, or says that there is none. */
function toPane(act: (workspace: Workspace) => Promise<void>): Command['run'] {
  return (context) =>
    context.getState().workspace.panes.length > 0 ? act(context.services.workspace) : sayNoPane(context);
}

const focusLastUsed = toPane((workspace) => workspace.focusPane(null));

const numbers: readonly Command[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({
  id: `open-${number}`,
  title: `Agent in pane ${number}`,
  group: 'panes',
  keys: [],
  leaderKeys: [String(number)],
  run: openNumber(number),
}));

/** What tmux does by itself on a leader key. */
const leaderOnly: readonly PaneOnly[] = [
  { action: 'back-to-list', title: 'Back to the list', leaderKeys: ['q', 'Ctrl+Q'] },
  { action: 'focus-left', title: 'Pane to the left', leaderKeys: ['h', 'Left'], run: focusLastUsed },
  { action: 'focus-down', title: 'Pane below', leaderKeys: ['j', 'Down'], run: focusLastUsed },
  { action: 'focus-up', title: 'Pane above', leaderKeys: ['k', 'Up'], run: focusLastUsed },
  { action: 'focus-right', title: 'Pane to the right', leaderKeys: ['l', 'Right'], run: focusLastUsed },
  { action: 'resize-left', title: 'Wider to the left', leaderKeys: ['H'], run: sayNoPane },
  { action: 'resize-down', title: 'Larger downwards', leaderKeys: ['J'], run: sayNoPane },
  { action: 'resize-up', title: 'Larger upwards', leaderKeys: ['K'], run: sayNoPane },
  { action: 'resize-right', title: 'Wider to the right', leaderKeys: ['L'], run: sayNoPane },
  {
    action: 'copy-mode',
    title: 'Copy mode',
    leaderKeys: ['['],
    run: toPane((workspace) => workspace.lookBack('scroll')),
  },
  {
    action: 'search-scrollback',
    title: 'Search what scrolled by',
    leaderKeys: ['/'],
    run: toPane((workspace) => workspace.lookBack('search')),
  },
  { action: 'send-leader', title: 'Send the leader itself', leaderKeys: ['Leader'] },
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
    aliases: ['attach'],
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
    // a click: two in quick succession must not end in full screen
    id: 'go-to',
    title: 'Open in place, however often',
    group: 'panes',
    keys: [],
    when: hasAgent,
    run: withAgent(({ services }, agent) => services.workspace.focusAgent(agent)),
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
    when: hasAgentOrPane,
    whyNot: noAgent,
    run: split('right'),
  },
  {
    id: 'split-down',
    title: 'Split down',
    hint: 'split down',
    group: 'panes',
    keys: ['-'],
    leaderKeys: ['-', '"'],
    when: hasAgentOrPane,
    whyNot: noAgent,
    run: split('down'),
  },
  {
    id: 'shell',
    title: 'Shell beside the agent',
    hint: 'shell',
    group: 'agents',
    keys: ['s'],
    leaderKeys: ['s'],
    when: (state) => {
      const agent = agentAtHand(state);
      return agent !== undefined && whyNoShell(agent) === null;
    },
    whyNot: whyNoShellHere,
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
    run: toPane((workspace) => workspace.cycleLayout()),
  },
  {
    id: 'even-out',
    title: 'Even out the panes',
    group: 'panes',
    keys: [],
    leaderKeys: ['='],
    paneAction: 'even-out',
    run: toPane((workspace) => workspace.evenOut()),
  },
  {
    id: 'swap-pane',
    title: 'Swap the pane with the next',
    group: 'panes',
    keys: [],
    run: toPane((workspace) => workspace.swapPane()),
  },
  {
    id: 'close-split',
    title: 'Close the pane, the agent goes on',
    hint: 'close pane',
    group: 'panes',
    keys: [],
    leaderKeys: ['X'],
    paneAction: 'close',
    run: toPane((workspace) => workspace.closePane(null)),
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
  ...leaderOnly.map(paneOnly),
  ...numbers,
];
