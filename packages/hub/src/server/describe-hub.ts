import type { EventLog } from '../log/event-log.ts';
import { HUB_PROTOCOL, type HubStatus } from '../protocol/requests.ts';
import type { FleetService } from './fleet-service.ts';

/** Where and since when a hub runs, and for whom. */
export type HubPlace = Pick<HubStatus, 'version' | 'socketPath' | 'stateDirectory' | 'startedAt' | 'clients'>;

/** The answer to `hub.status`. */
export async function describeHub(
  { fleet, log }: { readonly fleet: FleetService; readonly log: EventLog },
  place: HubPlace,
): Promise<HubStatus> {
  const { bytes, lastSeq } = await log.stats();
  return {
    ...place,
    protocol: HUB_PROTOCOL,
    pid: process.pid,
    agents: fleet.snapshot().agents.length,
    logBytes: bytes,
    lastEventSeq: lastSeq,
    warning: describeDamage(log),
  };
}

function describeDamage({ damage }: EventLog): string | null {
  if (damage === null) return null;
  return `The event log was damaged and set aside as ${damage.path}; the fleet was rebuilt from what runs.`;
}
