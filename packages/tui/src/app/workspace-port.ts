import type { AgentRecord } from '@swarm-tui/hub/client';
import type { InputEvent } from './keys/key.ts';

/** Where a new pane goes, seen from the pane it splits. */
export type SplitDirection = 'right' | 'down';

/** One pane that the workspace made: the view of an agent or a shell beside it. Never a pane of the person's own. */
export interface WorkspacePane {
  /** tmux id: `%12`. */
  readonly paneId: string;
  readonly kind: 'agent' | 'shell';
  readonly agentId: string;
}

/** What the list draws of the panes: dock width, footer, number of the open row. */
export interface WorkspaceState {
  /** False outside tmux or while the panes are not ready yet: splits then say why instead of acting. */
  readonly isReady: boolean;
  /** Why not, for a person; null when ready. */
  readonly reason: string | null;
  readonly panes: readonly WorkspacePane[];
  /** Pane with the keyboard; null while it is the list. */
  readonly focusedPaneId: string | null;
  /** One pane fills the window. */
  readonly isZoomed: boolean;
  /** False while `b` has put the list away. */
  readonly isDockShown: boolean;
  /** The leader that was picked at start, as people read it: `^]`. Null when there is none. */
  readonly leader: string | null;
}

/**
 * Real tmux panes beside the list. Implemented by `src/workspace`; the app knows nothing of tmux.
 * Calls reject with an `Error` whose message (and `hint`) is fit to be shown; `isRefusal` is true where nothing is broken.
 */
export interface Workspace {
  readonly state: WorkspaceState;
  /** Tells each change of `state`. Returns the end of it. */
  subscribe(listener: () => void): () => void;
  /** Opens the agent in a new pane and leaves the keyboard in the list. */
  openSplit(agent: AgentRecord, direction: SplitDirection): Promise<void>;
  /** Opens a shell where the agent works (same host, same container) and moves the keyboard there. */
  openShell(agent: AgentRecord, direction: SplitDirection): Promise<void>;
  /** Moves the keyboard into a pane, null being the last used one, and lets it fill the window if asked to. */
  focusPane(paneId: string | null, isZoomed?: boolean): Promise<void>;
  /** Opens what scrolled by in the pane with the keyboard, else the last used one, at once with a search or without. */
  lookBack(how: 'scroll' | 'search'): Promise<void>;
  /** Shows the agent in place (its own pane, else the viewer pane, else a new one) and moves the keyboard there. */
  focusAgent(agent: AgentRecord): Promise<void>;
  /** The same, and the pane fills the window. */
  fullScreen(agent: AgentRecord): Promise<void>;
  /** Shows another agent in the viewer pane without moving the keyboard. */
  switchViewer(agent: AgentRecord): Promise<void>;
  /** Puts the keyboard into the list; takes a zoom back. */
  backToList(): Promise<void>;
  /** Lets the list fill the window while something in it needs the room; false gives the panes back what they had. */
  widenList(isWide: boolean): Promise<void>;
  cycleLayout(): Promise<void>;
  /** Evens out the panes of the layout in use. */
  evenOut(): Promise<void>;
  /** Lets the pane with the keyboard fill the window, or takes that back; from the list: the last used pane. */
  toggleZoom(): Promise<void>;
  /** Swaps the pane (the focused one, else the last used) with its neighbour. */
  swapPane(): Promise<void>;
  /** Detaches the view; the agent goes on. Null: the focused or last used pane. */
  closePane(paneId: string | null): Promise<void>;
  toggleDock(): Promise<void>;
  /**
   * Offers what was typed to the pane that the keyboard is on its way to; false: nothing is on its way, and it is for the
   * list. An act that moves the keyboard begins when it is called, so that what follows its key is never a command.
   */
  take(event: InputEvent): boolean;
  /** The registry's leader table; called once at start and again after a rebinding. */
  setLeaderTable(entries: readonly LeaderEntry[]): void;
}

/** Why there can be no shell beside an agent, in a sentence; null where there can. */
export function whyNoShell({ name, runtimeType, host }: AgentRecord): string | null {
  const isHere = runtimeType === 'local' && host === 'local';
  return isHere ? null : `No shell beside ${name}: it runs on ${host}, and shells open on this machine only`;
}

/** What tmux itself does on a leader key, without asking the app. */
export type PaneAction =
  | 'back-to-list'
  | 'focus-left'
  | 'focus-down'
  | 'focus-up'
  | 'focus-right'
  | 'resize-left'
  | 'resize-down'
  | 'resize-up'
  | 'resize-right'
  | 'zoom'
  | 'close'
  | 'even-out'
  | 'next-layout'
  | 'copy-mode'
  | 'search-scrollback'
  | 'send-leader';

/** One key after the leader. `app` entries are sent to the list's pane as `encodeLeader(key, pane)`. */
export interface LeaderEntry {
  /** Key in the app's notation: `w`, `|`, `Space`, `Left`, `Ctrl+q`. */
  readonly key: string;
  readonly title: string;
  readonly action: { readonly kind: 'pane'; readonly action: PaneAction } | { readonly kind: 'app' };
}

/** A key that was pressed after the leader inside some pane. */
export interface LeaderPress {
  readonly key: string;
  /** tmux id of the pane it was pressed in; null when unknown. */
  readonly paneId: string | null;
}

const LEADER_MARK = '>7;';

/**
 * The bytes that carry a leader key to the list's pane: `ESC [ > 7 ; <code points joined by :> ; <pane number> y`.
 * Send them with `send-keys -H` or `-l` so that tmux passes them on untouched. A pane number 0 to any; without one it is empty.
 * For a binding that fills in the pane itself, pass the tmux format `#{s/%//:pane_id}` as `pane` and use `send-keys -F -l`.
 */
export function encodeLeader(key: string, pane = ''): string {
  const codes = Array.from(key, (character) => character.codePointAt(0)).join(':');
  return `\u001b[${LEADER_MARK}${codes};${pane.replace(/^%/, '')}y`;
}

/**
 * The bytes that tell the list how far it has read: whatever was typed into its pane before them came before them.
 * Sent like `encodeLeader`.
 */
export function encodeMark(number: number): string {
  return `\u001b[>8;${number}y`;
}

/** Reads what `encodeMark` wrote; null for any other sequence. */
export function decodeMark(sequence: string): number | null {
  // oxlint-disable-next-line no-control-regex -- the sequence begins with ESC
  const [, number] = /^\u001b\[>8;(\d{1,9})y$/u.exec(sequence) ?? [];
  return number === undefined ? null : Number(number);
}

/** Reads what `encodeLeader` wrote; null for any other sequence. */
export function decodeLeader(sequence: string): LeaderPress | null {
  // oxlint-disable-next-line no-control-regex -- the sequence begins with ESC
  const match = /^\u001b\[>7;([\d:]{1,120});(\d{0,9})y$/u.exec(sequence);
  if (match === null) return null;
  const [, codes = '', pane = ''] = match;
  const points = codes.split(':').map(Number);
  if (points.some((point) => !Number.isInteger(point) || point <= 0 || point > 0x10ffff)) return null;
  return { key: String.fromCodePoint(...points), paneId: pane === '' ? null : `%${pane}` };
}
