import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';
import type { AgentRecord } from '@swarm-tui/hub/client';
import type { InputEvent } from '../app/keys/key.ts';
import { type LeaderEntry, type SplitDirection, type Workspace, type WorkspaceState } from '../app/workspace-port.ts';
import { toReadableKey } from './key-names.ts';
import { type LayoutKind, layoutKinds } from './layout.ts';
import { uiOptions } from './options.ts';
import {
  closeCommand,
  focusCommands,
  hideDockCommands,
  layoutCommands,
  lookBackCommands,
  showDockCommands,
  widenCommands,
  zoomCommand,
} from './pane-actions.ts';
import { notReady } from './not-ready.ts';
import { type PaneLabel, toDrawnText } from './pane-label.ts';
import { type SessionPane, toWorkspacePane } from './pane-snapshot.ts';
import type { ChromeStyles } from './session-chrome.ts';
import { leaveSession } from './leave-session.ts';
import { type Destination, KeyboardMoves } from './keyboard-move.ts';
import { PaneLooks } from './pane-looks.ts';
import { PaneOpener, type PaneOpenerOptions } from './pane-opener.ts';
import { SessionKeys, type SessionKeysOptions } from './session-keys.ts';
import { SessionPanes } from './session-panes.ts';
import { copyToTerminals, listPeople } from './session-people.ts';
import { WorkspaceError } from './workspace-error.ts';

/** What the workspace is made of. */
export interface TmuxWorkspaceOptions
  extends Pick<SessionKeysOptions, 'sessionId' | 'listPaneId' | 'leader' | 'readFlowControl'>,
    Pick<PaneOpenerOptions, 'switchViewer' | 'shell'> {
  /** Makes the connection to the UI's tmux server when the workspace opens. The workspace closes it. */
  readonly connect: () => TmuxTransport;
  readonly styles?: ChromeStyles | undefined;
}

/** What there is once the workspace is open. */
interface Parts {
  readonly transport: TmuxTransport;
  readonly panes: SessionPanes;
  readonly keys: SessionKeys;
  readonly opener: PaneOpener;
}

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
  #opener: PaneOpener | null = null;
  #entries: readonly LeaderEntry[] = [];
  #layout: LayoutKind = 'stack';
  #isListWidened = false;
  readonly #moves = new KeyboardMoves();
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
    const looks = new PaneLooks({ ...this.#options, transport, panes });
    this.#looks = looks;
    looks.redraw(keys.choice, this.#entries);
    this.#opener = new PaneOpener({
      ...this.#options,
      transport,
      panes,
      looks,
      onAdded: () => {
        this.#layout = 'stack';
      },
    });
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
      const { opener } = this.#ready;
      if (opener.paneOf(agent.id) === undefined) await opener.addViewer(agent, direction);
    });
  }

  openShell(agent: AgentRecord, direction: SplitDirection): Promise<void> {
    return this.#focus(() => this.#ready.opener.addShell(agent, direction));
  }

  focusPane(wanted: string | null, isZoomed = false): Promise<void> {
    return this.#focus(async () => this.#openPane(wanted).paneId, isZoomed);
  }

  lookBack(how: 'scroll' | 'search'): Promise<void> {
    return this.#move(async () => {
      const pane = this.#openPane(null);
      const commands = [
        ...focusCommands(pane.paneId),
        ...lookBackCommands(pane, how, await listPeople(this.#ready.transport, this.#options.sessionId)),
      ];
      return { paneId: pane.paneId, commands };
    });
  }

  focusAgent(agent: AgentRecord): Promise<void> {
    return this.#focus(() => this.#ready.opener.show(agent));
  }

  fullScreen(agent: AgentRecord): Promise<void> {
    return this.#focus(() => this.#ready.opener.show(agent), true);
  }

  switchViewer(agent: AgentRecord): Promise<void> {
    return this.#act(async () => {
      const { opener, panes } = this.#ready;
      const open = opener.paneOf(agent.id);
      const isInPane = panes.view.focused?.kind !== 'list';
      if (open === undefined) await opener.show(agent);
      else if (isInPane) await this.#run(focusCommands(open.paneId));
    });
  }

  backToList(): Promise<void> {
    return this.#act(() => this.#run(focusCommands(this.#options.listPaneId)));
  }

  widenList(isWide: boolean): Promise<void> {
    return this.#act(async () => {
      const commands = widenCommands(this.#ready.panes.view, isWide, this.#isListWidened);
      if (commands.length > 0) this.#isListWidened = isWide;
      await this.#run(commands);
    });
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
      const { focused } = this.#ready.panes.view;
      const isHere = focused !== undefined && (focused.kind !== 'list' || focused.isZoomed);
      const { paneId } = isHere ? focused : this.#openPane(null);
      await this.#run([...(isHere ? [] : focusCommands(paneId)), ['resize-pane', '-Z', '-t', paneId]]);
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
    return this.#act(async () => this.#run([closeCommand(this.#openPane(paneId).paneId)]));
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

  /** Says a line where the person looks: in place of the hints below the panes. Empty takes it back. */
  tell(text: string): void {
    const transport = this.#transport;
    if (transport === null || !this.#state.isReady) return;
    const notice: TmuxCommand = ['set-option', '-t', this.#options.sessionId, uiOptions.notice, toDrawnText(text)];
    void transport.settleAll([notice]).catch(() => undefined);
  }

  /** Puts text on the clipboard of the terminals that show this session. Leaves no paste buffer behind. */
  copy(text: string): Promise<void> {
    return copyToTerminals(this.#ready.transport, this.#options.sessionId, text);
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

  get #ready(): Parts {
    const [transport, panes, keys, opener] = [this.#transport, this.#panes, this.#keys, this.#opener];
    if (transport === null || panes === null || keys === null || opener === null || !this.#state.isReady) {
      throw new WorkspaceError('not-ready', this.#state.reason ?? 'Panes are not ready yet');
    }
    return { transport, panes, keys, opener };
  }

  take(event: InputEvent): boolean {
    return this.#moves.take(event);
  }

  #focus(find: () => Promise<string>, isZoomed = false): Promise<void> {
    return this.#move(async () => {
      const paneId = await find();
      return { paneId, commands: [...focusCommands(paneId), ...(isZoomed ? [zoomCommand(paneId)] : [])] };
    });
  }

  /** Moves the keyboard; from the call on, what is typed into the list goes where it goes. */
  #move(find: () => Promise<Destination>): Promise<void> {
    return this.#moves.during((start) =>
      this.#act(async () => start({ ...this.#options, ...this.#ready }, await find())),
    );
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
    if (commands.length > 0) await this.#ready.transport.runAll(commands);
  }

  /** One of our panes, null being the last used one. */
  #openPane(paneId: string | null): SessionPane {
    const { view, lastUsed } = this.#ready.panes;
    const pane = paneId === null ? lastUsed : view.open.find((candidate) => candidate.paneId === paneId);
    if (pane !== undefined) return pane;
    if (paneId !== null) throw new WorkspaceError('no-pane', 'That pane is not one of ours');
    throw new WorkspaceError('no-pane', 'No pane is open beside the list.', 'Enter opens one.');
  }

  async #arrange(): Promise<void> {
    const { panes } = this.#ready;
    await this.#run(layoutCommands(panes.view, this.#layout, panes.lastUsed));
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
