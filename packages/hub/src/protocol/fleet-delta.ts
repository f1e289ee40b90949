import { AgentId, lazyShape } from '@swarm-tui/core';
import * as z from 'zod';
import { AgentRecord } from './agent-record.ts';

/** State of one runtime, for the header and `doctor`. */
export const RuntimeRecord = z.object({
  id: z.string(),
  type: z.string(),
  status: z.enum(['up', 'down']),
  reason: z.string().nullable(),
});
export type RuntimeRecord = z.infer<typeof RuntimeRecord>;

/** The whole fleet at delta `seq`. Deltas with a higher number follow on subject `fleet.delta`. */
export const FleetSnapshot = z.object({
  seq: z.number().int(),
  agents: z.array(AgentRecord),
  runtimes: z.array(RuntimeRecord),
});
export type FleetSnapshot = z.infer<typeof FleetSnapshot>;

/** One change of the fleet; lazy, as a command that asks once reads none. */
export const FleetChange = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('put'), agent: AgentRecord }),
    /** Shallow merge over the record. */
    z.object({ type: z.literal('patch'), id: AgentId, patch: AgentRecord.partial() }),
    z.object({ type: z.literal('remove'), id: AgentId }),
    z.object({ type: z.literal('runtime'), runtime: RuntimeRecord }),
  ]),
);
export type FleetChange = z.infer<typeof FleetChange>;

/** Changes since delta `seq - 1`, gathered over at most 33 ms. */
export const FleetDelta = z.object(lazyShape(() => ({ seq: z.number().int(), changes: z.array(FleetChange) })));
export type FleetDelta = z.infer<typeof FleetDelta>;
