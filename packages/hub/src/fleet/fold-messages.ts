import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { isPending, type StoredMessage } from './agent-state.ts';

type Queued = Extract<FleetEventBody, { type: 'message.queued' }>;
type Changed = Extract<FleetEventBody, { type: 'message.state' }>;

const maxDone = 20;

/** Adds a message, or gives a waiting one of the same id a new text in its old place. */
export function foldQueued(messages: readonly StoredMessage[], event: Queued, at: number): readonly StoredMessage[] {
  const { messageId: id, text, submit, now } = event;
  const added: StoredMessage = { id, text, submit, state: 'queued', at, changedAt: at, ...(now ? { now } : {}) };
  const place = messages.findIndex((message) => message.id === id);
  if (place === -1) return [...messages, added];
  return messages.with(place, { ...added, at: messages[place]?.at ?? at });
}

/** Moves a message on and forgets all but the last 20 that are done with. */
export function foldMessageState(
  messages: readonly StoredMessage[],
  event: Changed,
  at: number,
): readonly StoredMessage[] {
  const place = messages.findIndex(({ id }) => id === event.messageId);
  const message = messages[place];
  if (message === undefined) return messages;
  const { heldBy: _, ...rest } = message;
  const held = event.heldBy === undefined ? {} : { heldBy: event.heldBy };
  const moved = messages.with(place, { ...rest, ...held, state: event.state, changedAt: at });
  const surplus = moved.filter((each) => !isPending(each)).length - maxDone;
  if (surplus <= 0) return moved;
  const dropped = new Set(moved.filter((each) => !isPending(each)).slice(0, surplus));
  return moved.filter((each) => !dropped.has(each));
}
