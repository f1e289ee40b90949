import { type AgentRecord, describeState } from '@swarm-tui/hub/client';
import * as z from 'zod';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const JSON_VERSION = 1;

const Time = z.string().nullable().describe('ISO 8601, UTC');

/** One agent in every `--json` output. */
export const JsonAgent = z.object({
  id: z.string(),
  name: z.string(),
  state: z
    .string()
    .describe(
      'queued, provisioning, starting, working, waiting, done, idle, error, unknown, paused, stopped, lost, unreachable',
    ),
  reason: z.string().nullable().describe('permission, question, plan, auth, rate-limit, usage-limit, api, crash …'),
  detail: z.string().nullable().describe('what is asked or done, for example the command that waits for leave'),
  since: Time,
  needsYou: z.boolean(),
  unread: z.boolean(),
  certainty: z.enum(['high', 'medium', 'low']),
  provider: z.string(),
  model: z.string().nullable(),
  runtime: z.string(),
  host: z.string(),
  directory: z.string(),
  worktree: z.object({ path: z.string(), branch: z.string(), created: z.boolean() }).nullable(),
  branch: z.string().nullable(),
  added: z.number().nullable(),
  removed: z.number().nullable(),
  task: z.string(),
  text: z.string().describe('last line of output'),
  title: z.string(),
  createdAt: Time,
  outputAt: Time,
  exit: z.object({ code: z.number().nullable(), signal: z.string().nullable(), at: Time }).nullable(),
  pid: z.number().nullable(),
  viewers: z.number(),
  queued: z.number().describe('messages that are not yet accepted'),
  conversationId: z.string().nullable(),
  attachCommand: z.string(),
});
export type JsonAgent = z.infer<typeof JsonAgent>;

function toTime(at: number): string | null {
  return at > 0 ? new Date(at).toISOString() : null;
}

/** One word for both axes of state, in the words of the design (not the UI's). */
export function stateWord(agent: AgentRecord): string {
  return describeState(agent).word;
}

/** The reason that goes with `stateWord`. */
export function stateReason(agent: AgentRecord): string | null {
  return describeState(agent).reason;
}

/** Waiting for a person, or an error that does not heal by itself; a crash until somebody has looked. */
export function needsYou(agent: AgentRecord): boolean {
  return describeState(agent).needsYou;
}

/** An agent as `--json` shows it. */
export function toJsonAgent(agent: AgentRecord): JsonAgent {
  return {
    id: agent.id,
    name: agent.name,
    state: stateWord(agent),
    reason: stateReason(agent),
    detail: agent.activity.detail,
    since: toTime(agent.activity.since),
    needsYou: needsYou(agent),
    unread: agent.unread,
    certainty: agent.activity.certainty,
    provider: agent.provider,
    model: agent.model,
    runtime: agent.runtimeId,
    host: agent.host,
    directory: agent.directory,
    worktree: agent.worktree,
    branch: agent.git?.branch ?? null,
    added: agent.git?.added ?? null,
    removed: agent.git?.removed ?? null,
    task: agent.task,
    text: agent.text,
    title: agent.title,
    createdAt: toTime(agent.createdAt),
    outputAt: toTime(agent.outputAt),
    exit: agent.exit === null ? null : { ...agent.exit, at: toTime(agent.exit.at) },
    pid: agent.pid,
    viewers: agent.viewers,
    queued: agent.queued,
    conversationId: agent.conversationId,
    attachCommand: agent.attachCommand,
  };
}

/** Every `--json` document: `{version, kind, …}` on one line. */
export function formatJson(kind: string, body: object): string {
  return `${JSON.stringify({ version: JSON_VERSION, kind, ...body })}\n`;
}
