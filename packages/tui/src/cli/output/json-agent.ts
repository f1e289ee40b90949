import * as z from 'zod';
import { stateWords } from './state-words.ts';

const Time = z.string().nullable().describe('ISO 8601, UTC');

/** One agent in every `--json` output. */
export const JsonAgent = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string().describe(stateWords.join(', ')),
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
