import type { StoredMessage } from '../fleet/agent-state.ts';
import type { FleetStore } from '../fleet/fleet-store.ts';
import { waitFor } from '../fleet/wait-for.ts';
import type { QueuedMessage } from '../protocol/agent-record.ts';
import { HubError } from '../protocol/hub-error.ts';

/** Which message to wait for, and how far it must have come. */
export interface MessageWait {
  readonly id: string;
  readonly messageId: string;
  readonly wait: 'queued' | 'typed' | 'accepted';
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const final = ['accepted', 'uncertain', 'cancelled'];
const reached = { queued: null, typed: ['echoed', ...final], accepted: final } as const;

/** The message once it got as far as asked, or as it is when the time is over. */
export async function waitForMessage(store: FleetStore, request: MessageWait): Promise<QueuedMessage> {
  const { id, messageId, wait, timeoutMs, signal } = request;
  const find = () => store.find(id)?.messages.find((message) => message.id === messageId);
  const states: readonly string[] | null = reached[wait];
  const isThere = () => {
    const message = find();
    return message === undefined || states === null || states.includes(message.state);
  };
  await waitFor(store, { id, isThere, timeoutMs, signal });
  const message = find();
  if (message !== undefined) return toQueuedMessage(message);
  throw new HubError('agent-not-found', `The agent "${id}" was removed before the message reached it.`);
}

/** A stored message as clients see it. */
export function toQueuedMessage({ id, text, state, at, heldBy }: StoredMessage): QueuedMessage {
  return { id, text, state, at, ...(heldBy === undefined ? {} : { heldBy }) };
}
