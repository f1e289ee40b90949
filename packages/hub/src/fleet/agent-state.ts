import * as z from 'zod';
import { AgentRecord, QueuedMessage } from '../protocol/agent-record.ts';
import { StoredConfig } from '../protocol/fleet-event.ts';

/** A message with what the hub must know to type it. */
export const StoredMessage = QueuedMessage.extend({
  /** Whether Enter follows the text. */
  submit: z.boolean(),
  /** A draft in the agent's input does not hold it. */
  now: z.boolean().optional(),
  /** When its state last changed. */
  changedAt: z.number(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

/** All that the log says of one agent. */
export const AgentState = z.object({
  record: AgentRecord,
  /** The whole task, where the record's is cut. */
  wholeTask: z.string().optional(),
  /** Null for agents whose creation was logged without it. */
  config: StoredConfig.nullable(),
  /** Pending ones and the last 20 that are done with, oldest first. */
  messages: z.array(StoredMessage).readonly(),
  removal: z
    .object({
      removeAt: z.number(),
      worktree: z.enum(['keep', 'remove']),
      force: z.boolean(),
      fingerprint: z.string().optional(),
    })
    .nullable(),
  /** Newest first, at most 20. */
  history: z.array(z.object({ at: z.number(), state: z.string(), reason: z.string().nullable() })).readonly(),
});
export type AgentState = z.infer<typeof AgentState>;

/** Whether a message still waits, or a person must decide about it. One that was typed waits no more, proven or not. */
export function isPending({ state }: Pick<StoredMessage, 'state'>): boolean {
  return state !== 'accepted' && state !== 'cancelled' && state !== 'echoed';
}
