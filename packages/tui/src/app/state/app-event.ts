import type { ConnectionState, Explanation, FleetChange, FleetSnapshot, ScreenFrame } from '@swarm-tui/hub/client';
import type { Size } from '../layout/regions.ts';
import type { WorkspaceState } from '../workspace-port.ts';
import type { MachineFacts } from '../machine-port.ts';
import type { GroupMode } from './list-items.ts';
import type { Memory } from './memory.ts';
import type { Sheet } from './sheet.ts';

/** Everything that can change the screen. `reduce` answers each with a new state. */
export type AppEvent =
  | { readonly type: 'fleet.snapshot'; readonly snapshot: FleetSnapshot }
  | { readonly type: 'fleet.changes'; readonly changes: readonly FleetChange[] }
  | { readonly type: 'connection'; readonly connection: ConnectionState }
  | { readonly type: 'screen.frame'; readonly frame: ScreenFrame }
  | { readonly type: 'screen.watch'; readonly agentId: string | null }
  | { readonly type: 'screen.history'; readonly frame: ScreenFrame | null }
  | { readonly type: 'explanation'; readonly explanation: Explanation | null }
  | { readonly type: 'workspace'; readonly workspace: WorkspaceState }
  | { readonly type: 'resize'; readonly size: Size }
  | { readonly type: 'tick' }
  | { readonly type: 'pulse' }
  | { readonly type: 'terminal.focus'; readonly hasFocus: boolean }
  /** A key, click or wheel turn came: rows keep their sections for a while. */
  | { readonly type: 'touched' }
  /** A key was pressed after the leader, in this pane. */
  | { readonly type: 'leader'; readonly paneId: string | null }
  | { readonly type: 'cursor.move'; readonly count: number }
  | { readonly type: 'cursor.page'; readonly count: number }
  | { readonly type: 'cursor.end'; readonly end: 'top' | 'bottom' }
  | { readonly type: 'cursor.to'; readonly key: string }
  | { readonly type: 'cursor.next-waiting' }
  | { readonly type: 'list.scroll'; readonly count: number }
  | { readonly type: 'fold'; readonly key: string | null; readonly isFolded: boolean | 'toggle' }
  | { readonly type: 'mark.toggle'; readonly key: string | null }
  | { readonly type: 'mark.range' }
  | { readonly type: 'mark.clear' }
  | { readonly type: 'filter.open' }
  | { readonly type: 'filter.text'; readonly text: string }
  | { readonly type: 'filter.keep' }
  | { readonly type: 'filter.cancel' }
  | { readonly type: 'filter.only-waiting' }
  | { readonly type: 'group'; readonly group: GroupMode }
  | { readonly type: 'focus.step'; readonly count: 1 | -1 }
  | { readonly type: 'focus.list' }
  | { readonly type: 'preview.toggle' }
  | { readonly type: 'zoom.toggle' }
  | { readonly type: 'preview.pan'; readonly columns: number; readonly rows: number }
  | { readonly type: 'sheet.open'; readonly sheet: Sheet }
  | { readonly type: 'sheet.update'; readonly sheet: Sheet }
  | { readonly type: 'sheet.close' }
  | { readonly type: 'draft'; readonly key: string; readonly text: string }
  /** With a key it takes the place of the one with that key. */
  | { readonly type: 'toast'; readonly kind: 'info' | 'error'; readonly text: string; readonly key?: string }
  /** Esc: the one on the screen. */
  | { readonly type: 'toast.hide' }
  | { readonly type: 'toast.read' }
  | { readonly type: 'undo.offer'; readonly agentIds: readonly string[]; readonly text: string; readonly until: number }
  | { readonly type: 'undo.taken' }
  | { readonly type: 'machine'; readonly machine: MachineFacts }
  /** What was saved the last time. */
  | { readonly type: 'memory.loaded'; readonly memory: Memory }
  | { readonly type: 'memory'; readonly memory: Memory };

/** The event of one type. */
export type AppEventOf<T extends AppEvent['type']> = Extract<AppEvent, { readonly type: T }>;
