import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';
import type { LeaderEntry } from '../app/workspace-port.ts';
import type { KeyChoice } from './key-check.ts';
import { dockColumns } from './layout.ts';
import { uiOptions } from './options.ts';
import { type PaneLabel, toLabelOptions } from './pane-label.ts';
import type { SessionPane } from './pane-snapshot.ts';
import { type ChromeStyles, defaultStyles, hideChrome, showChrome } from './session-chrome.ts';
import type { SessionPanes } from './session-panes.ts';

/** What the borders of panes show. */
export interface PaneLooksOptions {
  /** Both stay their owner's. */
  readonly transport: TmuxTransport;
  readonly panes: SessionPanes;
  readonly sessionId: string;
  readonly listPaneId: string;
  readonly styles?: ChromeStyles | undefined;
}

/** Borders, labels, status line and the width of the dock: what tmux draws for us around the panes. */
export class PaneLooks {
  readonly #options: PaneLooksOptions;
  readonly #labels = new Map<string, PaneLabel>();
  /** What was last set on each pane. */
  readonly #drawn = new Map<string, string>();
  #keys: Pick<KeyChoice, 'leader' | 'back'> = { leader: null, back: null };
  #entries: readonly LeaderEntry[] = [];
  #windowColumns = 0;
  #hasChrome = false;

  constructor(options: PaneLooksOptions) {
    this.#options = options;
  }

  /** Takes the keys that the status line names. */
  redraw(keys: Pick<KeyChoice, 'leader' | 'back'>, entries: readonly LeaderEntry[]): void {
    this.#keys = keys;
    this.#entries = entries;
    if (this.#hasChrome) this.#send(this.#chrome());
  }

  /** Before the first split, so that its agent is not resized a moment later. */
  async prepare(): Promise<void> {
    if (this.#hasChrome) return;
    this.#hasChrome = true;
    await this.#options.transport.runAll(this.#chrome());
  }

  /** Takes in what changed about the panes. */
  follow(): void {
    this.#keepChrome();
    this.#keepDockWidth();
    this.#drawLabels();
  }

  /** By agent id. Cheap when nothing changed. */
  setLabels(labels: ReadonlyMap<string, PaneLabel>): void {
    for (const [agentId, label] of labels) this.#labels.set(agentId, label);
    this.#drawLabels();
  }

  #chrome(): readonly TmuxCommand[] {
    const { sessionId, listPaneId, panes, styles = defaultStyles } = this.#options;
    return showChrome({
      sessionId,
      listPaneId,
      windowId: panes.view.windowId,
      ...this.#keys,
      entries: this.#entries,
      styles,
    });
  }

  /** After a restart of the list the borders stand already; when the last pane closed by itself they must go. */
  #keepChrome(): void {
    const { panes, sessionId } = this.#options;
    const isWanted = panes.view.open.length > 0;
    if (isWanted === this.#hasChrome) return;
    this.#hasChrome = isWanted;
    this.#send(isWanted ? this.#chrome() : hideChrome({ sessionId, windowId: panes.view.windowId }));
  }

  /** tmux scales panes with the window; the dock keeps its width instead. A width that the person dragged stays. */
  #keepDockWidth(): void {
    const { list, open, isDockShown } = this.#options.panes.view;
    if (list === undefined || open.length === 0 || !isDockShown || list.isZoomed) return;
    const before = this.#windowColumns;
    this.#windowColumns = list.columns;
    const wanted = dockColumns(list.columns);
    if (before === 0 || before === list.columns || list.width === list.columns || list.width === wanted) return;
    this.#send([['resize-pane', '-t', list.paneId, '-x', String(wanted)]]);
  }

  #drawLabels(): void {
    const { open } = this.#options.panes.view;
    const commands = open.flatMap((pane, index) => this.#labelCommands(pane, index + 1));
    if (commands.length > 0) this.#send(commands);
    const ids = new Set(open.map((pane) => pane.paneId));
    for (const paneId of this.#drawn.keys()) if (!ids.has(paneId)) this.#drawn.delete(paneId);
  }

  #labelCommands(pane: SessionPane, number: number): readonly TmuxCommand[] {
    const label = pane.kind === 'agent' ? this.#labels.get(pane.agentId) : undefined;
    const options = [
      [uiOptions.number, String(number)] as const,
      ...(label === undefined ? [] : toLabelOptions(label)),
    ];
    const drawn = JSON.stringify(options);
    if (this.#drawn.get(pane.paneId) === drawn) return [];
    this.#drawn.set(pane.paneId, drawn);
    return options.map(([name, value]): TmuxCommand => ['set-option', '-p', '-t', pane.paneId, name, value]);
  }

  /** For looks: a pane that vanished meanwhile is no failure. What did not arrive is sent again with the next change. */
  #send(commands: readonly TmuxCommand[]): void {
    const forget = (): void => this.#drawn.clear();
    this.#options.transport.settleAll(commands).then((outcomes) => {
      if (outcomes.some(({ status }) => status === 'rejected')) forget();
    }, forget);
  }
}
