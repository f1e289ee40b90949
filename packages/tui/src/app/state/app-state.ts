import type { AgentRecord, ConnectionState, Explanation, ScreenFrame } from '@swarm-tui/hub/client';
import type { Size } from '../layout/regions.ts';
import type { WorkspaceState } from '../workspace-port.ts';
import { emptyFleet, type FleetState } from './fleet-state.ts';
import type { MachineFacts } from '../machine-port.ts';
import type { GroupMode, ListContent } from './list-items.ts';
import { emptyMemory, type Memory } from './memory.ts';
import type { Sheet } from './sheet.ts';

/** The regions that can have the keyboard, in the order of Tab. */
export type FocusRegion = 'list' | 'preview' | 'details';

/** The filter of the list: what is typed, and whether it is being typed. */
export interface FilterState {
  readonly text: string;
  /** The `/` line has the keyboard. */
  readonly isEditing: boolean;
  /** Row that Esc brings back. */
  readonly returnTo: string | null;
}

/** The list: its rows, the cursor, what is marked, folded and filtered. */
export interface ListState {
  readonly content: ListContent;
  /** Key of the item under the cursor; null in an empty list. */
  readonly cursorKey: string | null;
  /** Index of that item; -1 when there is none. */
  readonly cursor: number;
  /** Where the cursor goes as soon as the hub tells of it: an agent that was just started. Moving the cursor calls it off. */
  readonly awaitedKey: string | null;
  /** Index of the first item in sight. */
  readonly top: number;
  readonly folds: ReadonlySet<string>;
  readonly marks: ReadonlySet<string>;
  /** Where `V` began. */
  readonly rangeFrom: string | null;
  readonly filter: FilterState | null;
  /** `W`: only those that need the person. */
  readonly isOnlyWaiting: boolean;
  readonly group: GroupMode;
}

/** The live screen beside the list. */
export interface PreviewState {
  /** Whose screen `frame` is. */
  readonly agentId: string | null;
  readonly frame: ScreenFrame | null;
  /** Cells to the right and lines up that the arrows moved the view; 0 is the lower left corner. */
  readonly panColumns: number;
  readonly panRows: number;
  /** Screen and history, while the person looks at what scrolled by. */
  readonly history: ScreenFrame | null;
}

/** One thing to tell the person. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
  /** What it is about, where a later one takes its place. */
  readonly key?: string | undefined;
  readonly at: number;
  /** Milliseconds since the epoch; errors stay until Esc. */
  readonly until: number | null;
}

/** A harmful act that `u` takes back until `until`. */
export interface Undo {
  readonly agentIds: readonly string[];
  readonly text: string;
  readonly until: number;
}

/** All that the screen is a function of. Nothing here is ever changed in place. */
export interface AppState {
  readonly size: Size;
  /** Clock of the last tick or event, milliseconds since the epoch; what times on screen are counted from. */
  readonly now: number;
  /** Beats twice a second while a row in sight has new output; only its parity is shown. */
  readonly pulse: number;
  readonly connection: ConnectionState;
  /** False until the hub has answered once. */
  readonly hasSnapshot: boolean;
  readonly fleet: FleetState;
  readonly list: ListState;
  readonly focus: FocusRegion;
  readonly isPreviewShown: boolean;
  readonly isZoomed: boolean;
  readonly preview: PreviewState;
  readonly explanation: Explanation | null;
  readonly sheet: Sheet | null;
  /** Unsent texts by form and agent: `message:a7f3`. */
  readonly drafts: ReadonlyMap<string, string>;
  /** What is still to be told. */
  readonly toasts: readonly Toast[];
  /** All that was told, oldest first: what `:notices` shows. */
  readonly notices: readonly Toast[];
  readonly undo: Undo | null;
  /** Until then agents do not change section: a key was pressed less than 1.5 s ago. */
  readonly heldUntil: number;
  /** The terminal has the keyboard, as far as it tells. */
  readonly hasTerminalFocus: boolean;
  readonly workspace: WorkspaceState;
  /** The pane that a sheet was asked for in, and gives the keyboard back to; null: asked for in the list. */
  readonly askedFrom: { readonly paneId: string; readonly isZoomed: boolean } | null;
  /** What was found on this machine; null before anybody looked. */
  readonly machine: MachineFacts | null;
  readonly memory: Memory;
  /** Row under the cursor of the first run's choices. */
  readonly firstChoice: number;
}

/** The workspace before it has said anything. */
export const noWorkspace: WorkspaceState = {
  isReady: false,
  reason: null,
  panes: [],
  focusedPaneId: null,
  isZoomed: false,
  isDockShown: true,
  leader: null,
};

const emptyList: ListState = {
  content: { items: [], indexOf: new Map(), matching: 0, hosts: 0 },
  cursorKey: null,
  cursor: -1,
  awaitedKey: null,
  top: 0,
  folds: new Set(),
  marks: new Set(),
  rangeFrom: null,
  filter: null,
  isOnlyWaiting: false,
  group: 'attention',
};

const emptyPreview: PreviewState = { agentId: null, frame: null, panColumns: 0, panRows: 0, history: null };

/** What the first state is made of. */
export interface InitialStateOptions {
  readonly size: Size;
  readonly now: number;
  readonly connection?: ConnectionState | undefined;
  readonly workspace?: WorkspaceState | undefined;
}

/** The state before the hub has answered: drawn at once. */
export function createAppState({ size, now, connection, workspace }: InitialStateOptions): AppState {
  return {
    size,
    now,
    pulse: 0,
    connection: connection ?? { state: 'connecting' },
    hasSnapshot: false,
    fleet: emptyFleet,
    list: emptyList,
    focus: 'list',
    isPreviewShown: true,
    isZoomed: false,
    preview: emptyPreview,
    explanation: null,
    sheet: null,
    drafts: new Map(),
    toasts: [],
    notices: [],
    undo: null,
    heldUntil: 0,
    hasTerminalFocus: true,
    workspace: workspace ?? noWorkspace,
    askedFrom: null,
    machine: null,
    memory: emptyMemory,
    firstChoice: 0,
  };
}

/** The toast that is on the screen: the oldest error that was not hidden yet, else the newest notice. */
export function shownToast(toasts: readonly Toast[]): Toast | undefined {
  return toasts.find(({ kind }) => kind === 'error') ?? toasts.at(-1);
}

/** The agent under the cursor. */
export function selectedAgent({ list, fleet }: AppState): AgentRecord | undefined {
  return list.cursorKey === null ? undefined : fleet.agents.get(list.cursorKey);
}

/** The hub answers: what needs it may be tried. */
export function isHubUp({ connection }: AppState): boolean {
  return connection.state === 'connected';
}
