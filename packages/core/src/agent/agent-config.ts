import * as z from 'zod';
import { lazyShape } from '../lazy-shape.ts';

/** Names of the providers that ship with swarm-tui (seed `agent-runtime-system.md`). Any other string is a custom one. */
export const AIProvider = {
  CLAUDE: 'claude',
  CODEX: 'codex',
  GEMINI: 'gemini',
  OPENCODE: 'opencode',
  AIDER: 'aider',
  Q: 'q',
  DEMO: 'demo',
  SHELL: 'shell',
} as const;

/** Lower-case id that is safe in tmux options, labels, DNS names and paths: letters, digits and inner dashes. */
export const AgentId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'an agent id has 1 to 63 of a-z, 0-9 and inner dashes');
/** Id of an agent: 1 to 63 of a-z, 0-9 and inner dashes. */
export type AgentId = z.infer<typeof AgentId>;

/** A git worktree to make or reuse for the agent. The agent then works in it instead of `workingDirectory`. */
export const WorktreeRequest = z.object(
  lazyShape(() => ({
    /** Branch to check out; made from `base` when it does not exist. */
    branch: z.string().min(1).max(200),
    /** Commit or branch a new branch starts from. @default the repository's HEAD */
    base: z.string().min(1).max(200).optional(),
    /** Where the tree goes. @default `<repository>/../<repository name>.worktrees/<branch with / as ->` */
    path: z.string().min(1).max(4096).optional(),
  })),
);
/** A git worktree that an agent wants: its branch, and perhaps where it lies and what it starts from. */
export type WorktreeRequest = z.infer<typeof WorktreeRequest>;

/** Limits that a runtime may put on an agent. */
export const AgentResources = z.object(
  lazyShape(() => ({
    /** Bytes. */
    memory: z.number().int().positive().optional(),
    /** Cores; fractions allowed. */
    cpus: z.number().positive().optional(),
  })),
);
/** Limits of what an agent may use, for runtimes that can hold it to them. */
export type AgentResources = z.infer<typeof AgentResources>;

/** What to start. Field names are those of seed `agent-runtime-system.md`; the rest is ours and optional. */
export const AgentConfig = z.object(
  lazyShape(() => ({
    agentId: AgentId,
    /** Name for people; any text up to 64 graphemes. @default the agent id */
    name: z.string().min(1).max(512).optional(),
    aiProvider: z.string().min(1).max(64),
    aiModel: z.string().min(1).max(128).optional(),
    /** First prompt. Empty: the agent starts without one. */
    task: z.string().max(1_000_000).default(''),
    workingDirectory: z.string().min(1).max(4096),
    /** Environment of the agent on top of (or instead of) the runtime's own. Never put in argv, logs or labels. */
    env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
    /** tmux session to make. @default derived from the name */
    sessionName: z.string().min(1).max(256).optional(),
    /** Program and arguments; replaces what the provider would launch. */
    command: z.array(z.string()).min(1).optional(),
    /** More arguments for the provider's own command line. */
    extraArgs: z.array(z.string()).optional(),
    /** Conversation to go on with, when the provider can resume by id. */
    conversationId: z.string().min(1).max(256).optional(),
    /** `fresh` starts a new conversation (with `conversationId` minted by us where the provider allows it). @default 'fresh' */
    mode: z.enum(['fresh', 'resume', 'continue']).default('fresh'),
    autoPilot: z.boolean().default(false),
    /** Limits for runtimes that contain agents; the local one has no means to hold them, and ignores them. */
    resources: AgentResources.optional(),
    worktree: WorktreeRequest.optional(),
    /** Screen of an agent that nobody looks at. @default 160x50 */
    size: z
      .object({ columns: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000) })
      .default({ columns: 160, rows: 50 }),
  })),
);
/** What an agent is to be, with all defaults filled in. `AgentConfigInput` is the shape to write. */
export type AgentConfig = z.infer<typeof AgentConfig>;
/** What callers write: defaults may be left out. */
export type AgentConfigInput = z.input<typeof AgentConfig>;
