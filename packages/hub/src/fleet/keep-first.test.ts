import { expect, it } from 'vitest';
import type { FleetEvent } from '../protocol/fleet-event.ts';
import { keepFirst } from './keep-first.ts';

const events = [1, 2, 3].map((seq): FleetEvent => ({ seq, at: 0, event: { type: 'agent.seen', id: 'a' } }));
const size = JSON.stringify(events[0]).length;

it('keeps as many events as fit, and one that fits nowhere', () => {
  expect(keepFirst(events, 3 * size)).toEqual(events);
  expect(keepFirst(events, 3 * size - 1)).toEqual(events.slice(0, 2));
  expect(keepFirst(events, 1)).toEqual(events.slice(0, 1));
  expect(keepFirst([], 1)).toEqual([]);
});
