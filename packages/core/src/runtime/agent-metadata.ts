import * as z from 'zod';
import { AgentConfig } from '../agent/agent-config.ts';

const maxTaskLength = 1000;

/** What tmux remembers of an agent, as one JSON text in the window option `@swarm_meta`. Never holds `env`. */
export const AgentMetadata = z.object({
  version: z.literal(1),
  config: AgentConfig.omit({ env: true, command: true, extraArgs: true }),
  directory: z.string(),
  worktree: z.object({ path: z.string(), branch: z.string(), created: z.boolean() }).nullable(),
  createdAt: z.number(),
  /** Value of SWARM_AGENT_RUN in the environment of all the agent's processes. */
  run: z.string(),
  /** How the task reaches the agent (`LaunchPlan.prompt`). */
  prompt: z.enum(['argument', 'typed', 'none']),
});
/** What is kept of an agent in its tmux session, so that a list needs nothing but tmux. */
export type AgentMetadata = z.infer<typeof AgentMetadata>;

/** The part of a config that may be remembered: no environment, no command line, and only the head of the task. */
export function toRememberedConfig(config: AgentConfig): AgentMetadata['config'] {
  const { env: _env, command: _command, extraArgs: _extraArgs, ...rest } = config;
  return { ...rest, task: rest.task.slice(0, maxTaskLength) };
}

/** JSON in printable ASCII without `#`, `;`, quotes' companions or line breaks: neither tmux nor a format can misread it. */
export function encodeMetadata(metadata: AgentMetadata): string {
  return JSON.stringify(metadata).replace(/[^ !&*+\-./0-9:=?@A-Z[\]_a-z{}",\\]/g, escapeUnit);
}

/** Undefined for anything that `encodeMetadata` of this or an older version did not make. */
export function decodeMetadata(text: string): AgentMetadata | undefined {
  try {
    return AgentMetadata.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
