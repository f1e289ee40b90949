import { Activity, AgentConfig, AgentExit, AgentHandle, AgentId, Lifecycle, lazyShape } from '@swarm-tui/core';
import * as z from 'zod';
import { AgentRecord, HeldBy } from './agent-record.ts';

const about = { id: AgentId };

/** How an agent was asked for, as far as it may be kept: never its environment. What the record holds is not repeated. */
export const StoredConfig = z.lazy(() => AgentConfig.omit({ agentId: true, name: true, task: true, env: true }));
export type StoredConfig = z.infer<typeof StoredConfig>;

function removalScheduled() {
  return z.object({
    type: z.literal('agent.removal-scheduled'),
    ...about,
    removeAt: z.number(),
    worktree: z.enum(['keep', 'remove']),
    /** The worktree goes although it holds work that is nowhere else. */
    force: z.boolean().optional(),
    /** With `force`: what the tree held then. Once it holds something else it is kept. */
    fingerprint: z.string().optional(),
  });
}

// lazy, as most commands read no event
/** What happened, as it is logged and as `swarm-tui events` prints it. State is a fold over these. */
export const FleetEventBody = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('agent.created'), ...about, agent: AgentRecord, config: StoredConfig.optional() }),
    /** Found in an engine but not in the log. */
    z.object({ type: z.literal('agent.adopted'), ...about, agent: AgentRecord, config: StoredConfig.optional() }),
    z.object({
      type: z.literal('agent.lifecycle'),
      ...about,
      lifecycle: Lifecycle,
      reason: z.string().nullable(),
      exit: AgentExit.nullable(),
    }),
    z.object({
      type: z.literal('agent.placed'),
      ...about,
      handle: AgentHandle,
      directory: z.string(),
      worktree: AgentRecord.shape.worktree,
      pid: z.number().int().nullable(),
      attachCommand: z.string(),
      attachArgv: z.array(z.string()),
      conversationId: z.string().nullable(),
    }),
    z.object({ type: z.literal('agent.activity'), ...about, activity: Activity, unread: z.boolean() }),
    z.object({ type: z.literal('agent.seen'), ...about }),
    z.object({ type: z.literal('agent.renamed'), ...about, name: z.string(), handle: AgentHandle.nullable() }),
    z.object({ type: z.literal('agent.reordered'), ...about, order: z.number() }),
    removalScheduled(),
    z.object({ type: z.literal('agent.removal-undone'), ...about }),
    z.object({ type: z.literal('agent.removed'), ...about }),
    z.object({
      type: z.literal('message.queued'),
      ...about,
      messageId: z.string(),
      text: z.string(),
      submit: z.boolean(),
      /** A draft in the agent's input does not hold it. */
      now: z.boolean().optional(),
    }),
    z.object({
      type: z.literal('message.state'),
      ...about,
      messageId: z.string(),
      state: z.enum(['held', 'queued', 'typing', 'echoed', 'accepted', 'uncertain', 'cancelled']),
      /** With `held`. */
      heldBy: HeldBy.optional(),
    }),
    z.object({ type: z.literal('agent.interrupted'), ...about }),
  ]),
);
export type FleetEventBody = z.infer<typeof FleetEventBody>;

/** A logged event: `seq` grows by one, `at` is milliseconds since the epoch. */
export const FleetEvent = z.object(lazyShape(() => ({ seq: z.number().int(), at: z.number(), event: FleetEventBody })));
export type FleetEvent = z.infer<typeof FleetEvent>;
