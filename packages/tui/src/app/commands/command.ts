import type { HubConnection } from '@swarm-tui/hub/client';
import type { Key } from '../keys/key.ts';
import type { AppEvent } from '../state/app-event.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetPorts } from '../machine-port.ts';
import type { PaneAction, Workspace } from '../workspace-port.ts';

/** Where a command stands in `?` and in the docs. */
export type CommandGroup = 'now' | 'agents' | 'find' | 'panes' | 'careful' | 'move' | 'app';

/** What the program around the UI offers it: everything that reaches outside. */
export interface AppServices extends SheetPorts {
  readonly hub: HubConnection;
  readonly workspace: Workspace;
  /** Puts text on the person's clipboard (OSC 52 and what else there is). */
  readonly copy: (text: string) => Promise<void>;
  /** Opens `$EDITOR` on a text and gives back what was saved; null when nothing was. */
  readonly edit: (text: string) => Promise<string | null>;
  /** Environment for agents that are started from here; handed to the hub, never shown. */
  readonly agentEnvironment: () => Readonly<Record<string, string>>;
  /** Directory the program was started in. */
  readonly directory: string;
}

/** What a command works with. */
export interface CommandContext {
  readonly services: AppServices;
  readonly getState: () => AppState;
  /** Every command, with the person's own keys. */
  readonly commands: readonly Command[];
  readonly dispatch: (event: AppEvent) => void;
  /** Ends the UI; agents go on. */
  readonly quit: () => void;
  /** Draws the screen anew from nothing. */
  readonly redraw: () => void;
  /** Runs a command by id, with words as its argument. */
  readonly runCommand: (id: string, argument?: string) => void;
}

/**
 * One thing a person can do. The registry of these feeds key bindings, footer hints, `?`, `:`, the leader table and
 * the docs; nothing else binds a key.
 */
export interface Command {
  /** Stable name for config and palette: `split-right`. */
  readonly id: string;
  /** Other names by which people look for it in the palette, each one word: `kill`. */
  readonly aliases?: readonly string[] | undefined;
  /** What it does, sentence case, no full stop: `Split right`. */
  readonly title: string;
  /** One or two words for the footer: `split`. */
  readonly hint?: string | undefined;
  readonly group: CommandGroup;
  /** Keys in list mode; empty for commands of the palette alone. */
  readonly keys: readonly Key[];
  /** Keys after the leader, inside an agent. */
  readonly leaderKeys?: readonly Key[] | undefined;
  /** What tmux does by itself on the leader keys; without it they reach `run`. */
  readonly paneAction?: PaneAction | undefined;
  /** Asks before it does harm. */
  readonly asks?: boolean | ((state: AppState) => boolean) | undefined;
  /** Needs an answer from the hub: dead while it is lost. */
  readonly needsHub?: boolean | undefined;
  /** Whether it applies now. @default always */
  readonly when?: ((state: AppState) => boolean) | undefined;
  /** One line for who presses its key while it does not apply. @default in the list: nothing is said */
  readonly whyNot?: ((state: AppState) => string) | undefined;
  /** What may follow its name in the palette: `<agent> "task" --worktree`. */
  readonly usage?: string | undefined;
  /** Words that Tab completes after its name. */
  readonly words?: ((state: AppState) => readonly string[]) | undefined;
  /** The same on the command line: `swarm-tui attach`. */
  readonly cli?: string | undefined;
  /** `argument` is what the palette or a leader key gave. */
  readonly run: (context: CommandContext, argument?: string) => void | Promise<void>;
}
