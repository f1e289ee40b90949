import type { Explanation, Loss, QueuedMessage } from '@swarm-tui/hub/client';
import type { TextField } from '../editing/text-field.ts';
import type { DirectoryFacts } from '../machine-port.ts';

/** What a choice sheet asks about. */
export type ChoicePurpose = 'delete' | 'stop' | 'restart' | 'interrupt' | 'copy';

/** The rows of the form of a new agent, top to bottom. */
export const formRows = [
  'provider',
  'task',
  'name',
  'directory',
  'worktree',
  'runtime',
  'permission',
  'model',
] as const;
/** One row of that form. */
export type FormRow = (typeof formRows)[number];

/** What was filled in for a new agent. */
export interface NewAgentForm {
  readonly provider: string;
  readonly task: TextField;
  readonly name: TextField;
  /** The person wrote the name; else it follows the task. */
  readonly isNameOwn: boolean;
  readonly directory: TextField;
  readonly worktree: 'none' | 'new' | 'existing';
  /** Of the worktree; for a new one it follows the name until the person writes it. */
  readonly branch: TextField;
  readonly isBranchOwn: boolean;
  readonly runtimeId: string;
  readonly permission: 'ask' | 'autopilot';
  readonly model: TextField;
}

/**
 * The sheet that is open, as data; null is none. Each kind keeps its own fields here and has a definition in
 * `sheets/` (how high it is, what it draws, what a key does). Texts that must survive closing live in `drafts`.
 */
export type Sheet =
  /** `?` and leader `?`: the keys of the registry. */
  | {
      readonly kind: 'keys';
      /** Only keys that fit these words; empty shows all. */
      readonly search: string;
      /** `/` was pressed: letters go into the search, not to the sheet. @default false */
      readonly isSearching?: boolean | undefined;
      readonly scroll: number;
      /** Those behind the leader, for who came from inside an agent. @default false */
      readonly isLeader?: boolean | undefined;
    }
  /** `Space`: one message after the other, agent after agent. */
  | {
      readonly kind: 'prompt';
      readonly agentId: string;
      /** Its name when the prompt was turned to it, cleaned. */
      readonly name: string;
      readonly field: TextField;
      /** That the last one is on its way to the hub; else empty. */
      readonly note: string;
    }
  /** `m`: a message to one agent with its queue, or to many. */
  | {
      readonly kind: 'message';
      readonly agentIds: readonly string[];
      readonly field: TextField;
      /** Null until the hub has told it, and for several agents. */
      readonly queue: readonly QueuedMessage[] | null;
      readonly focus: 'text' | 'queue';
      /** Row of the queue under the cursor. */
      readonly row: number;
      /** Message that Enter replaces, while it is being rewritten. */
      readonly replaces: string | null;
    }
  | {
      readonly kind: 'new-agent';
      readonly form: NewAgentForm;
      readonly focus: FormRow;
      /** Null while nobody has looked. */
      readonly place: DirectoryFacts | null;
      /** Names of agents that run in the same directory, as of when it was looked at. */
      readonly overlap: readonly string[];
      readonly completions: readonly string[];
      readonly isStarting: boolean;
    }
  | {
      readonly kind: 'choice';
      readonly purpose: ChoicePurpose;
      readonly agentIds: readonly string[];
      /** Chosen by the person; null: the safe one. */
      readonly chosen: string | null;
      /** What a delete would lose, by agent, as far as the hub has told. */
      readonly losses: ReadonlyMap<string, Loss>;
      /** Why it could not be told. */
      readonly problem: string | null;
    }
  | {
      readonly kind: 'rename';
      readonly agentId: string;
      readonly field: TextField;
      /** Why the name was refused; empty while it was not. */
      readonly problem: string;
    }
  | {
      readonly kind: 'palette';
      readonly field: TextField;
      readonly row: number;
      /** Steps back in the history; 0 is what is being typed. */
      readonly back: number;
    }
  /** A text to read: findings of doctor, the hub's log. Null while it is being fetched. */
  | { readonly kind: 'text'; readonly title: string; readonly text: string | null; readonly scroll: number }
  | {
      readonly kind: 'explain';
      readonly agentId: string;
      readonly explanation: Explanation | null;
      readonly problem: string | null;
      readonly scroll: number;
    };

/** The name of one kind of sheet. */
export type SheetKind = Sheet['kind'];
/** A sheet of one kind. */
export type SheetOf<K extends SheetKind> = Extract<Sheet, { readonly kind: K }>;
