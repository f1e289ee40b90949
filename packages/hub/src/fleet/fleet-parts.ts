import type { AgentHandle, AgentRuntime, CallOptions, CaptureRange, PaneFrame, Provider } from '@swarm-tui/core';
import type { DeltaGatherer } from './delta-gatherer.ts';
import type { Agenda } from './agenda.ts';
import type { FleetStore } from './fleet-store.ts';
import type { Journal } from './journal.ts';

/** A terminal in which a person looks at a session. */
export interface AttachedTerminal {
  readonly sessionId: string;
  /** Last key press in it, milliseconds since the epoch. */
  readonly activityAt: number;
  readonly isControl: boolean;
}

/** What the fleet needs of tmux. `TmuxService` has it all. */
export interface AgentTmux {
  capture(target: string, options?: CaptureRange & CallOptions): Promise<PaneFrame>;
  sendText(target: string, text: string, options?: CallOptions): Promise<void>;
  insertText(target: string, text: string, options?: CallOptions): Promise<void>;
  pressKeys(target: string, keys: readonly string[], options?: CallOptions): Promise<void>;
  /** Rejects with `RuntimeError` `timed-out`. */
  waitFor(target: string, pattern: string, options: CallOptions & { readonly timeoutMs: number }): Promise<string>;
  /** Terminals that are attached to the server now. */
  listClients(options?: CallOptions): Promise<readonly AttachedTerminal[]>;
  switchClient(clientTty: string, target: string, options?: CallOptions): Promise<void>;
}

/** A runtime as the fleet uses it. */
export type FleetRuntime = Omit<AgentRuntime, 'getTmux'> & {
  getTmux(handle: AgentHandle): AgentTmux;
  /** Gives an agent that lost its session a new one. Answers with its new handle. */
  adoptAgent?(handle: AgentHandle, options?: CallOptions): Promise<AgentHandle>;
};

/** The runtimes the fleet composes. `RuntimeManager` is one. */
export interface FleetRuntimes {
  /** Throws `RuntimeError` `runtime-not-found`. */
  getRuntime(id: string): FleetRuntime;
  /** Ids of all that are registered. */
  listRuntimes(): readonly string[];
}

/** The coding agents that can be started. `ProviderRegistry` is one. */
export interface FleetProviders {
  find(id: string): Provider | undefined;
}

/** What went wrong or is worth knowing, as one object without secrets and agent output. */
export interface LogEntry {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Where the fleet reports what nobody waits for. Silent by default. */
export interface FleetLogger {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
}

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the parts of a fleet share. */
export interface FleetParts {
  readonly store: FleetStore;
  readonly journal: Journal;
  readonly gatherer: DeltaGatherer;
  readonly agenda: Agenda;
  readonly runtimes: FleetRuntimes;
  readonly providers: FleetProviders;
  readonly logger: FleetLogger;
  /** Of agents whose client brings none. */
  readonly env: Environment;
  /** A runtime left a question without answer: ask it for its agents, and call them unreachable when that fails too. */
  readonly suspect: (runtimeId: string) => void;
  /** Never goes back: for all that is logged or compared. */
  readonly now: () => number;
  /** The wall clock as it is, to compare with times that other programs tell. */
  readonly wall: () => number;
}
