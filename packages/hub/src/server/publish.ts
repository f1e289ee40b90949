import { subjects } from '../protocol/requests.ts';
import type { FleetObserver } from './fleet-service.ts';

/** Turns what the fleet tells into publications on their subjects. */
export function publishTo(publish: (subject: string, payload: unknown) => void): FleetObserver {
  return {
    delta: (delta) => publish(subjects.fleetDelta, delta),
    event: (event) => publish(subjects.fleetEvent, event),
    screen: (frame) => publish(subjects.screen(frame.id), frame),
    output: (chunk) => publish(subjects.output(chunk.id), chunk),
  };
}
