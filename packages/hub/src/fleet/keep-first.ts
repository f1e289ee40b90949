import type { FleetEvent } from '../protocol/fleet-event.ts';

/** The first events that together have at most `maxBytes`, but at least one: the next page begins behind them. */
export function keepFirst(events: readonly FleetEvent[], maxBytes: number): readonly FleetEvent[] {
  let room = maxBytes;
  const end = events.findIndex((event, index) => {
    room -= Buffer.byteLength(JSON.stringify(event));
    return room < 0 && index > 0;
  });
  return end === -1 ? events : events.slice(0, end);
}
