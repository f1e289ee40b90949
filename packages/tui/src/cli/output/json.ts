import { type AgentRecord, describeState } from '@swarm-tui/hub/client';
import type { JsonAgent } from './json-agent.ts';
import { escapeJson } from './safe-output.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const JSON_VERSION = 1;

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
  return `${escapeJson(JSON.stringify({ version: JSON_VERSION, kind, ...body }))}\n`;
}
