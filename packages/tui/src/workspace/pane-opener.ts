import { respawnPane, type TmuxCommand, type TmuxTransport } from '@swarm-tui/core';
import type { AgentRecord } from '@swarm-tui/hub/client';
import { type SplitDirection, whyNoShell } from '../app/workspace-port.ts';
import { uiOptions } from './options.ts';
import { addPane, type NewPane } from './pane-actions.ts';
import { type PaneLabel, toLabelOptions } from './pane-label.ts';
import type { PaneLooks } from './pane-looks.ts';
import type { SessionPane } from './pane-snapshot.ts';
import type { SessionPanes } from './session-panes.ts';
import { toShellCommand, toViewerCommand } from './viewer-command.ts';
import { WorkspaceError } from './workspace-error.ts';

/** What opening a pane needs. */
export interface PaneOpenerOptions {
  /** All three stay their owner's. */
  readonly transport: TmuxTransport;
  readonly panes: SessionPanes;
  readonly looks: PaneLooks;
  /** Asks the hub to move a viewer to another agent; false when it sits on another tmux server. */
  readonly switchViewer: (agentId: string, clientTty: string) => Promise<boolean>;
  /** The person's own, for shells beside agents. @default '/bin/sh' */
  readonly shell?: string | undefined;
  readonly onAdded: () => void;
}

/** Makes panes for agents and shells, and turns a viewer to another agent. The keyboard stays where it is. */
export class PaneOpener {
  readonly #options: PaneOpenerOptions;

  constructor(options: PaneOpenerOptions) {
    this.#options = options;
  }

  /** The pane that an agent has for itself now. */
  paneOf(agentId: string): SessionPane | undefined {
    return this.#options.panes.view.open.find((pane) => pane.kind === 'agent' && pane.agentId === agentId);
  }

  /** The pane that shows the agent: its own, else the viewer turned to it, else a new one. */
  async show(agent: AgentRecord): Promise<string> {
    // a pane that closed a moment ago must not be gone to
    await this.#options.panes.refresh();
    const { view, lastUsed } = this.#options.panes;
    const own = this.paneOf(agent.id);
    if (own !== undefined) return own.paneId;
    const viewer = lastUsed?.kind === 'agent' ? lastUsed : view.open.findLast((pane) => pane.kind === 'agent');
    return viewer === undefined ? this.addViewer(agent, 'right') : this.#turnViewer(viewer, agent);
  }

  addViewer(agent: AgentRecord, direction: SplitDirection): Promise<string> {
    const command = toViewerCommand(agent.attachArgv);
    return this.#add({ kind: 'agent', agentId: agent.id, command, directory: '/', direction });
  }

  async addShell(agent: AgentRecord, direction: SplitDirection): Promise<string> {
    const whyNot = whyNoShell(agent);
    if (whyNot !== null) throw new WorkspaceError('not-supported', whyNot);
    const command = toShellCommand(this.#options.shell ?? '/bin/sh');
    const { id: agentId, directory } = agent;
    const paneId = await this.#add({ kind: 'shell', agentId, command, directory, direction });
    await this.#options.transport.runAll(nameShell(paneId, agent));
    return paneId;
  }

  async #turnViewer(viewer: SessionPane, agent: AgentRecord): Promise<string> {
    const { transport, switchViewer } = this.#options;
    const isSwitched = !viewer.isDead && (await switchViewer(agent.id, viewer.tty).catch(() => false));
    if (!isSwitched) {
      const command = toViewerCommand(agent.attachArgv);
      await respawnPane(transport, viewer.paneId, { command, kill: true });
    }
    await transport.run(['set-option', '-p', '-t', viewer.paneId, uiOptions.agent, agent.id]);
    return viewer.paneId;
  }

  async #add(pane: NewPane): Promise<string> {
    const { transport, panes, looks, onAdded } = this.#options;
    // beside the pane that has the keyboard at this very moment
    await panes.refresh();
    const target = panes.lastUsed ?? panes.view.list;
    if (target === undefined) throw new WorkspaceError('no-pane', 'The list has lost its pane');
    await looks.prepare();
    const paneId = await addPane(transport, { view: panes.view, target }, pane);
    onAdded();
    return paneId;
  }
}

function nameShell(paneId: string, agent: AgentRecord): readonly TmuxCommand[] {
  const label: PaneLabel = { name: agent.name, detail: '', state: '', stateStyle: 'default', since: null };
  return toLabelOptions(label).map(([name, value]): TmuxCommand => ['set-option', '-p', '-t', paneId, name, value]);
}
