import * as z from 'zod';
import { AgentId } from './agent-config.ts';

/** Names one agent of one runtime. Plain JSON: it may be stored and used again after a restart. */
export const AgentHandle = z.object({
  /** `local`, `docker`, `k8s` …: the kind of runtime. */
  runtimeType: z.string().min(1),
  /** Which runtime of that kind, as registered with the `RuntimeManager`. */
  runtimeId: z.string().min(1).optional(),
  agentId: AgentId,
  /** The runtime's own data; opaque to everyone else. */
  data: z.record(z.string(), z.json()),
});
/** What leads back to an agent: plain JSON that survives a restart. */
export type AgentHandle = z.infer<typeof AgentHandle>;
