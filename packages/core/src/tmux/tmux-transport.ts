import type { CallOptions } from '../call-options.ts';
import type { TmuxEvent } from './tmux-event.ts';

/** One tmux command as argv: `['capture-pane', '-p', '-t', '%1']`. Never several commands, never a shell string. */
export type TmuxCommand = readonly string[];

/** How one command is run. */
export interface RunOptions extends CallOptions {
  /** Bytes for the command's standard input (`load-buffer -`, `source-file -`). Only the exec transport has one. */
  readonly input?: string | Uint8Array | undefined;
}

/** How a batch is run. */
export interface BatchOptions extends CallOptions {
  /** How long the signal counts: after `written`, the answer is waited for, however long that takes. @default 'answered' */
  readonly signalUntil?: 'written' | 'answered' | undefined;
}

/**
 * A way to reach one tmux server. Every command rejects with `RuntimeError`: `target-not-found`, `tmux-failed` (tmux said
 * no), `engine-unavailable` (no server answers), `tmux-closed` (connection lost or disposed), `tmux-missing`. An aborted
 * signal takes a command back for sure, and rejects with its reason; where tmux had it already, and it changes something,
 * the error is `outcome-unknown`.
 */
export interface TmuxTransport extends AsyncDisposable {
  readonly kind: 'control' | 'exec';
  /** The hidden session that the connection is attached to; windows linked into it are heard. Exec has none. */
  readonly session: string | undefined;
  /** Program and arguments that reach the same server: `['tmux', '-L', 'swarm-agents']`. */
  readonly command: readonly string[];
  /** Whether a server answers. Starts none; one that is started later is connected to by itself. */
  isAlive(options?: CallOptions): Promise<boolean>;
  /** Runs one command; its output as lines. */
  run(command: TmuxCommand, options?: RunOptions): Promise<readonly string[]>;
  /** Runs commands in order, in one write where the transport can. Rejects with the first failure, after all were run. */
  runAll(commands: readonly TmuxCommand[], options?: CallOptions): Promise<readonly (readonly string[])[]>;
  /** As `runAll`, but every command has its own outcome. */
  settleAll(commands: readonly TmuxCommand[], options?: BatchOptions): Promise<readonly TmuxOutcome[]>;
  /** Calls the listener for each event until the returned function is called. Exec throws `not-supported`. */
  subscribe(listener: (event: TmuxEvent) => void): () => void;
}

/** How one command of a batch ended. */
export type TmuxOutcome = PromiseSettledResult<readonly string[]>;
