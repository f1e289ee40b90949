import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';
import type { AgentRecord } from '@swarm-tui/hub/client';
import type { LeaderEntry, SplitDirection, Workspace, WorkspaceState } from '../app/workspace-port.ts';
import { toReadableKey } from './key-names.ts';
import { type LayoutKind, layoutKinds } from './layout.ts';
import { uiOptions } from './options.ts';
import {
  addPane,
  closeCommand,
  focusCommands,
  hideDockCommands,
  layoutCommands,
  type NewPane,
  showDockCommands,
  zoomCommand,
} from './pane-actions.ts';
import { notReady } from './not-ready.ts';
import { type PaneLabel, toLabelOptions } from './pane-label.ts';
import { type SessionPane, toWorkspacePane } from './pane-snapshot.ts';
import type { ChromeStyles } from './session-chrome.ts';
import { leaveSession } from './leave-session.ts';
import { PaneLooks } from './pane-looks.ts';
import { SessionKeys, type SessionKeysOptions } from './session-keys.ts';
import { SessionPanes } from './session-panes.ts';
import { toShellCommand, toViewerCommand } from './viewer-command.ts';
import { WorkspaceError } from './workspace-error.ts';

export interface TmuxWorkspaceOptions
  extends Pick<SessionKeysOptions, 'sessionId' | 'listPaneId' | 'leader' | 'readFlowControl'> {
  /** Makes the connection to the UI's tmux server when the workspace opens. The workspace closes it. */
  readonly connect: () => TmuxTransport;
  /** Asks the hub to move a viewer to another agent; false when it sits on another tmux server. */
  readonly switchViewer: (agentId: string, clientTty: string) => Promise<boolean>;
  /** The person's own, for `s`. @default '/bin/sh' */
  readonly shell?: string | undefined;
  readonly styles?: ChromeStyles | undefined;
}

const copyBuffer = 'swarm-copy';

/**
 * The list's tmux session with its panes and keys. Nothing is asked of tmux before `open()`. What it shows is always
 * tmux's own state, so a list that was killed finds its panes again.
 */
export class TmuxWorkspace implements Workspace, AsyncDisposable {
  readonly #options: TmuxWorkspaceOptions;
  readonly #listeners = new Set<() => void>();
  #state = notReady;
  #transport: TmuxTransport | null = null;
  #panes: SessionPanes | null = null;
  #keys: SessionKeys | null = null;
  #looks: PaneLooks | null = null;
  #entries: readonly LeaderEntry[] = [];
  #layout: LayoutKind = 'stack';
  /** Settles when it is known whether there are panes: an act that comes sooner waits for it. */
  readonly #opened = Promise.withResolvers<void>();
  #queue: Promise<unknown> = this.#opened.promise;

  constructor(options: TmuxWorkspaceOptions) {
    this.#options = options;
  }

  get state(): WorkspaceState {
    return this.#state;
  }

  /** What the person should know of the keys that were picked; one line each. */
  get keyNotes(): readonly string[] {
    return this.#keys?.choice.notes ?? [];
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects, picks and binds the keys, finds panes of an earlier run. Call it once, after the first frame. */
  async open(): Promise<void> {
    const transport = this.#options.connect();
    this.#transport = transport;
    try {
      await this.#open(transport);
    } catch (error) {
      // what tmux tells from now on must not make panes of a workspace without keys
      await this.#close();
      throw error;
    }
    this.#opened.resolve();
  }

  async #open(transport: TmuxTransport): Promise<void> {
    const { sessionId } = this.#options;
    const panes = new SessionPanes({ transport, sessionId, onChange: () => this.#update() });
    this.#panes = panes;
    const keys = await SessionKeys.read({ ...this.#options, transport });
    this.#keys = keys;
    this.#looks = new PaneLooks({ ...this.#options, transport, panes });
    this.#looks.redraw(keys.choice, this.#entries);
    await keys.install(this.#entries);
    await panes.refresh();
  }

  async #close(): Promise<void> {
    this.#panes?.[Symbol.dispose]();
    this.#panes = null;
    await this.#transport?.[Symbol.asyncDispose]();
  }

  /** Says why there will be no panes. */
  fail(reason: string): void {
    this.#setState({ ...notReady, reason });
    this.#opened.resolve();
  }

  setLeaderTable(entries: readonly LeaderEntry[]): void {
    this.#entries = entries;
    const keys = this.#keys;
    if (keys === null) return;
    void this.#serial(async () => {
      await keys.install(entries);
      this.#looks?.redraw(keys.choice, entries);
    }).catch(() => undefined);
  }

  openSplit(agent: AgentRecord, direction: SplitDirection): Promise<void> {
    return this.#act(async () => {
      if (this.#paneOf(agent.id) === undefined) await this.#addViewer(agent, direction);
    });
  }

  openShell(agent: AgentRecord, direction: SplitDirection): Promise<void> {
    return this.#act(async () => {
      if (agent.runtimeType !== 'local' || agent.host !== 'local') {
        throw new WorkspaceError('not-supported', `No shell beside ${agent.name}: it runs on ${agent.host}`);
      }
      const command = toShellCommand(this.#options.shell ?? '/bin/sh');
      const paneId = await this.#add({
        kind: 'shell',
        agentId: agent.id,
        command,
        directory: agent.directory,
        direction,
      });
      await this.#run([...focusCommands(paneId), ...this.#nameShell(paneId, agent)]);
    });
  }

  focusAgent(agent: AgentRecord): Promise<void> {
    return this.#act(async () => this.#run(focusCommands(await this.#show(agent))));
  }

  fullScreen(agent: AgentRecord): Promise<void> {
    return this.#act(async () => {
      const paneId = await this.#show(agent);
      await this.#run([...focusCommands(paneId), zoomCommand(paneId)]);
    });
  }

  switchViewer(agent: AgentRecord): Promise<void> {
    return this.#act(async () => {
      const open = this.#paneOf(agent.id);
      const isInPane = this.#ready.panes.view.focused?.kind !== 'list';
      if (open === undefined) await this.#show(agent);
      else if (isInPane) await this.#run(focusCommands(open.paneId));
    });
  }

  backToList(): Promise<void> {
    return this.#act(() => this.#run(focusCommands(this.#options.listPaneId)));
  }

  cycleLayout(): Promise<void> {
    return this.#act(async () => {
      const index = layoutKinds.indexOf(this.#state.isZoomed ? 'one' : this.#layout);
      this.#layout = layoutKinds[(index + 1) % layoutKinds.length] ?? 'stack';
      await this.#arrange();
    });
  }

  evenOut(): Promise<void> {
    return this.#act(async () => {
      if (this.#layout === 'one') this.#layout = 'stack';
      await this.#arrange();
    });
  }

  toggleZoom(): Promise<void> {
    return this.#act(async () => {
      const pane = this.#ready.panes.view.focused;
      if (pane !== undefined) await this.#run([['resize-pane', '-Z', '-t', pane.paneId]]);
    });
  }

  swapPane(): Promise<void> {
    return this.#act(async () => {
      const { view, lastUsed } = this.#ready.panes;
      const index = view.open.findIndex((pane) => pane.paneId === lastUsed?.paneId);
      const other = view.open[(index + 1) % view.open.length];
      if (lastUsed === undefined || other === undefined || other.paneId === lastUsed.paneId) return;
      await this.#run([['swap-pane', '-d', '-s', lastUsed.paneId, '-t', other.paneId]]);
    });
  }

  closePane(paneId: string | null): Promise<void> {
    return this.#act(async () => {
      const { view, lastUsed } = this.#ready.panes;
      const pane = paneId === null ? lastUsed : view.open.find((candidate) => candidate.paneId === paneId);
      if (pane === undefined)
        throw new WorkspaceError('no-pane', paneId === null ? 'No pane is open' : 'That pane is not one of ours');
      await this.#run([closeCommand(pane.paneId)]);
    });
  }

  toggleDock(): Promise<void> {
    return this.#act(async () => {
      const { view, lastUsed } = this.#ready.panes;
      const [first] = view.open;
      if (view.list === undefined || first === undefined) return;
      await this.#run(
        view.isDockShown ? hideDockCommands(view.list, lastUsed ?? first) : showDockCommands(view.list, first),
      );
    });
  }

  /** Says what stands in the borders of the panes of these agents. Cheap when nothing changed. */
  setLabels(labels: ReadonlyMap<string, PaneLabel>): void {
    this.#looks?.setLabels(labels);
  }

  /** Puts text on the clipboard of the terminals that show this session. Leaves no paste buffer behind. */
  async copy(text: string): Promise<void> {
    const { transport } = this.#ready;
    const clients = await transport.run([
      'list-clients',
      '-t',
      this.#options.sessionId,
      '-F',
      '#{client_control_mode} #{client_name}',
    ]);
    const people = clients.filter((line) => line.startsWith('0 ')).map((line) => line.slice(2));
    await transport.runAll(
      people.map((client): TmuxCommand => ['set-buffer', '-w', '-t', client, '-b', copyBuffer, '--', text]),
    );
    await transport.settleAll([['delete-buffer', '-b', copyBuffer]]);
  }

  /** Leaves the UI: the person goes back to where they came from, our panes close, our keys vanish. Agents go on. */
  async leave(): Promise<void> {
    const { transport, keys } = this.#ready;
    await leaveSession(transport, { sessionId: this.#options.sessionId, origin: keys.origin, table: keys.table });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opened.resolve();
    await this.#close();
    this.#listeners.clear();
  }

  get #ready(): { readonly transport: TmuxTransport; readonly panes: SessionPanes; readonly keys: SessionKeys } {
    const [transport, panes, keys] = [this.#transport, this.#panes, this.#keys];
    if (transport === null || panes === null || keys === null || !this.#state.isReady) {
      throw new WorkspaceError('not-ready', this.#state.reason ?? 'Panes are not ready yet');
    }
    return { transport, panes, keys };
  }

  /** One act at a time, each on what the one before left behind. */
  #act(act: () => Promise<void>): Promise<void> {
    return this.#serial(async () => {
      await act();
      await this.#ready.panes.refresh();
    });
  }

  #serial(act: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #run(commands: readonly TmuxCommand[]): Promise<void> {
    await this.#ready.transport.runAll(commands);
  }

  #paneOf(agentId: string): SessionPane | undefined {
    return this.#ready.panes.view.open.find((pane) => pane.kind === 'agent' && pane.agentId === agentId);
  }

  /** The pane that shows the agent: its own, else the viewer turned to it, else a new one. */
  async #show(agent: AgentRecord): Promise<string> {
    const { view, lastUsed } = this.#ready.panes;
    const own = this.#paneOf(agent.id);
    if (own !== undefined) return own.paneId;
    const viewer = lastUsed?.kind === 'agent' ? lastUsed : view.open.findLast((pane) => pane.kind === 'agent');
    return viewer === undefined ? this.#addViewer(agent, 'right') : this.#turnViewer(viewer, agent);
  }

  async #turnViewer(viewer: SessionPane, agent: AgentRecord): Promise<string> {
    const isSwitched = !viewer.isDead && (await this.#options.switchViewer(agent.id, viewer.tty).catch(() => false));
    const command = toViewerCommand(agent.attachArgv);
    const respawn: readonly TmuxCommand[] = isSwitched
      ? []
      : [['respawn-pane', '-k', '-t', viewer.paneId, '--', ...command]];
    await this.#run([...respawn, ['set-option', '-p', '-t', viewer.paneId, uiOptions.agent, agent.id]]);
    return viewer.paneId;
  }

  #addViewer(agent: AgentRecord, direction: SplitDirection): Promise<string> {
    const command = toViewerCommand(agent.attachArgv);
    return this.#add({ kind: 'agent', agentId: agent.id, command, directory: '/', direction });
  }

  async #add(pane: NewPane): Promise<string> {
    const { transport, panes } = this.#ready;
    const target = panes.lastUsed ?? panes.view.list;
    if (target === undefined) throw new WorkspaceError('no-pane', 'The list has lost its pane');
    await this.#looks?.prepare();
    const paneId = await addPane(transport, { view: panes.view, target }, pane);
    this.#layout = 'stack';
    return paneId;
  }

  async #arrange(): Promise<void> {
    const { panes } = this.#ready;
    await this.#run(layoutCommands(panes.view, this.#layout, panes.lastUsed));
  }

  #nameShell(paneId: string, agent: AgentRecord): readonly TmuxCommand[] {
    const label: PaneLabel = { name: agent.name, detail: '', state: '', stateStyle: 'default', since: null };
    return toLabelOptions(label).map(([name, value]): TmuxCommand => ['set-option', '-p', '-t', paneId, name, value]);
  }

  /** Takes in what tmux has now. */
  #update(): void {
    const panes = this.#panes;
    if (panes === null) return;
    const { view } = panes;
    const leader = this.#keys?.choice.leader ?? null;
    const isElsewhere = view.focused !== undefined && view.focused.kind !== 'list';
    this.#setState({
      isReady: true,
      reason: null,
      panes: view.open.flatMap((pane) => toWorkspacePane(pane) ?? []),
      focusedPaneId: isElsewhere ? view.focused.paneId : null,
      isZoomed: view.focused?.isZoomed ?? false,
      isDockShown: view.isDockShown,
      leader: leader === null ? null : toReadableKey(leader),
    });
    this.#looks?.follow();
  }

  #setState(state: WorkspaceState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
