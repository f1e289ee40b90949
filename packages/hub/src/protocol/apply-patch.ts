import type { AgentRecord } from './agent-record.ts';
import type { FleetChange } from './fleet-delta.ts';

type AgentPatch = Extract<FleetChange, { readonly type: 'patch' }>['patch'];

/** The record with the patch merged over it, as a new object; fields that are absent or undefined stay. */
export function applyPatch(agent: AgentRecord, patch: AgentPatch): AgentRecord {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.assign({}, agent, Object.fromEntries(present));
}
