import { Activity, AgentExit, AgentHandle, AgentId, ExplainedEvidence, Lifecycle, lazyShape } from '@swarm-tui/core';
import * as z from 'zod';

/** Branch and size of the change in an agent's directory, as of `at`. */
export const GitFigures = z.object({
  branch: z.string(),
  /** Lines, against HEAD, untracked files included. */
  added: z.number().int(),
  removed: z.number().int(),
  /** Files with uncommitted changes. */
  dirtyFiles: z.number().int(),
  /** Commits that are on no remote. */
  unpushed: z.number().int(),
  at: z.number(),
});
export type GitFigures = z.infer<typeof GitFigures>;

/** What a message waits for: a dialog is open, a person types there, a half-typed draft stands in the input, or the screen cannot be read. */
export const HeldBy = z.enum(['dialog', 'person', 'draft', 'unreadable']);
export type HeldBy = z.infer<typeof HeldBy>;

/** A message on its way to an agent (design, section 3). */
export const QueuedMessage = z.object(
  lazyShape(() => ({
    id: z.string(),
    text: z.string(),
    /**
     * `held`: waits for what `heldBy` says; `echoed`: seen on the agent's screen after it was typed, with no proof yet that
     * it was taken; `accepted`: a turn started, or the agent wrote something after Enter (without Enter: it was typed);
     * `uncertain`: typing was cut off, or nothing came of it: a person must decide.
     */
    state: z.enum(['queued', 'held', 'typing', 'echoed', 'accepted', 'uncertain', 'cancelled']),
    /** Of a held one: what it waits for. */
    heldBy: HeldBy.optional(),
    at: z.number(),
  })),
);
export type QueuedMessage = z.infer<typeof QueuedMessage>;

/** One agent as every client sees it. All times are milliseconds since the epoch. */
export const AgentRecord = z.object({
  id: AgentId,
  name: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  runtimeId: z.string(),
  runtimeType: z.string(),
  /** Where it runs, for people: `local`, `ssh/dgx1`, `docker`. */
  host: z.string(),
  /** Where it works: the worktree when it has one. */
  directory: z.string(),
  /** Made for the agent or reused by it; `created` ones may be removed with it. */
  worktree: z.object({ path: z.string(), branch: z.string(), created: z.boolean() }).nullable(),
  /** At most 4 kB of it; the event `agent.created` holds the whole. */
  task: z.string(),
  lifecycle: Lifecycle,
  /** Why, a sentence or part of one: "creating worktree", "tmux does not answer". */
  lifecycleReason: z.string().nullable(),
  activity: Activity,
  /** A turn ended and nobody has looked since. */
  unread: z.boolean(),
  /** Last line of output, control characters removed, at most 400 characters. */
  text: z.string(),
  /** Last time bytes came from the agent. */
  outputAt: z.number(),
  title: z.string(),
  git: GitFigures.nullable(),
  createdAt: z.number(),
  exit: AgentExit.nullable(),
  pid: z.number().int().nullable(),
  viewers: z.number().int(),
  conversationId: z.string().nullable(),
  /** Messages that are not yet accepted. */
  queued: z.number().int(),
  /** A person's own order inside a section; creation order when equal. */
  order: z.number(),
  /** A delete that can still be undone ends at this time; such agents are left out of lists. */
  removeAt: z.number().nullable(),
  /** Null while it is being made. */
  handle: AgentHandle.nullable(),
  attachCommand: z.string(),
  attachArgv: z.array(z.string()),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

/** Why an agent has the state it has: all sources side by side. */
export const Explanation = z.object(
  lazyShape(() => ({
    id: AgentId,
    name: z.string(),
    lifecycle: Lifecycle,
    activity: Activity,
    /** One whole sentence, `Because …`: which source decided and why. */
    because: z.string(),
    evidence: z.array(ExplainedEvidence),
    /** Newest first, at most 20. */
    history: z.array(z.object({ at: z.number(), state: z.string(), reason: z.string().nullable() })),
  })),
);
export type Explanation = z.infer<typeof Explanation>;
