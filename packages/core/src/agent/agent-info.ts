import * as z from 'zod';
import { lazyShape } from '../lazy-shape.ts';
import { AgentConfig } from './agent-config.ts';
import { AgentHandle } from './agent-handle.ts';

/** How a process ended. Exactly one of the two is set when it is known; both are null when it is not. */
export const AgentExit = z.object({
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
/** How a program ended: exit code or signal, each null when it is not known, and when (ms since the epoch). */
export type AgentExit = z.infer<typeof AgentExit>;

/** What a runtime reports of one agent, found again from the engine alone (tmux options, labels). */
export const AgentInfo = z.object(
  lazyShape(() => ({
    handle: AgentHandle,
    /** As far as the engine remembers it: never `env`, and `task` only cut. */
    config: AgentConfig,
    status: z.enum(['starting', 'running', 'stopped', 'failed']),
    /** Milliseconds since the epoch. */
    createdAt: z.number(),
    /** Milliseconds since the epoch, from tmux `window_activity`. */
    lastActivityAt: z.number(),
    exit: AgentExit.nullable(),
    /** Process id of the agent's first process, while it runs. */
    pid: z.number().int().nullable(),
    title: z.string(),
    /** Number of attached viewers. */
    viewers: z.number().int(),
    /** Where the agent really works: the worktree when it has one. */
    directory: z.string(),
    worktree: z.object({ path: z.string(), branch: z.string(), created: z.boolean() }).nullable(),
  })),
);
/** An agent as its runtime sees it now. */
export type AgentInfo = z.infer<typeof AgentInfo>;
