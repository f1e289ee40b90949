import type { AgentConfigInput } from '../agent/agent-config.ts';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentExit, AgentInfo } from '../agent/agent-info.ts';
import type { CallOptions } from '../call-options.ts';
import type { TmuxService } from '../tmux/tmux-service.ts';

/** How a spawn is followed and given up. */
export interface SpawnOptions extends CallOptions {
  /** Told what the spawn is doing, in words for a person ("making worktree fix/login"). */
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** How an agent is ended. */
export interface KillOptions extends CallOptions {
  /** How long the process may take to end after SIGTERM before it is killed. @default 5000 */
  readonly graceMs?: number | undefined;
}

/** What to run in place of an agent's ended (or ended now) process. */
export interface RestartRequest {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Something that happened in a runtime. Nothing here is ever polled for. */
export type RuntimeEvent =
  | { readonly type: 'output'; readonly agentId: string; readonly data: Uint8Array; readonly at: number }
  | { readonly type: 'added'; readonly info: AgentInfo }
  | { readonly type: 'exited'; readonly agentId: string; readonly exit: AgentExit }
  | { readonly type: 'restarted'; readonly agentId: string; readonly pid: number | null }
  | { readonly type: 'gone'; readonly agentId: string }
  | { readonly type: 'title'; readonly agentId: string; readonly title: string }
  /** The program in the foreground of the agent's terminal (tmux `pane_current_command`). */
  | { readonly type: 'foreground'; readonly agentId: string; readonly command: string }
  | { readonly type: 'viewers'; readonly agentId: string; readonly count: number }
  | { readonly type: 'down'; readonly reason: string }
  /** The engine answers (again): call `listAgents` to learn what changed meanwhile. */
  | { readonly type: 'up' };

/**
 * An execution backend for agents. The first seven members are the contract of seed `agent-runtime-system.md`;
 * the optional ones make an agent live in the UI, and callers say so plainly where a runtime lacks them.
 */
export interface AgentRuntime {
  readonly type: string;
  /** Makes and starts an agent; settles when its session is really ready. Leaves nothing behind when it fails. */
  spawnAgent(config: AgentConfigInput, options?: SpawnOptions): Promise<AgentHandle>;
  /** Ends the whole process tree and removes every trace of the agent but its worktree. Killing twice is fine. */
  killAgent(handle: AgentHandle, options?: KillOptions): Promise<void>;
  /** All agents of this runtime, found from the engine alone. */
  listAgents(options?: CallOptions): Promise<readonly AgentInfo[]>;
  getTmux(handle: AgentHandle): TmuxService;
  /** `getAttachArgv` quoted for a POSIX shell, for display and copying. */
  getAttachCommand(handle: AgentHandle): string;
  /** Rejects with `engine-unavailable` when the engine does not answer. */
  ping(options?: CallOptions): Promise<void>;

  /** Program and arguments that open the agent in the caller's terminal. */
  getAttachArgv?(handle: AgentHandle): readonly string[];
  /**
   * Rejects as `spawnAgent` would for what can be told beforehand: no such directory or program, a branch name that git
   * does not allow. Makes nothing.
   */
  checkSpawn?(config: AgentConfigInput, options?: CallOptions): Promise<void>;
  /** Ends the process tree; the session with its last screen and exit status stays readable. */
  stopAgent?(handle: AgentHandle, options?: KillOptions): Promise<AgentExit>;
  /** Runs a command in the place of the agent's process, in the same session; scrollback stays. */
  restartAgent?(handle: AgentHandle, request: RestartRequest, options?: CallOptions): Promise<void>;
  /** Changes the name that people see, also in tmux. Answers with the handle to use from now on. */
  renameAgent?(handle: AgentHandle, name: string, options?: CallOptions): Promise<AgentHandle>;
  /** Takes an agent in again that lost its session but lives (`data.orphan` in its handle). Answers with its new handle. */
  adoptAgent?(handle: AgentHandle, options?: CallOptions): Promise<AgentHandle>;
  /** Calls the listener for each event until the returned function is called. */
  watch?(listener: (event: RuntimeEvent) => void): () => void;
  [Symbol.asyncDispose]?(): Promise<void>;
}
