import type { Activity } from '@swarm-tui/core';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';
import { isFailure } from '../protocol/describe-state.ts';
import { type AgentState, isPending, type StoredMessage } from './agent-state.ts';
import { foldMessageState, foldQueued } from './fold-messages.ts';

type EventOf<T extends FleetEventBody['type']> = Extract<FleetEventBody, { type: T }>;

const maxHistory = 20;
const maxTaskBytes = 4096;

/**
 * What an agent is after one more logged event; undefined when there is no such agent (any more).
 * Pure: the same events give the same state, whenever they are read.
 */
export function foldAgent(state: AgentState | undefined, { event, at }: FleetEvent): AgentState | undefined {
  if (event.type === 'agent.created' || event.type === 'agent.adopted') return foldNew(event);
  return state === undefined ? undefined : foldKnown(state, event, at);
}

/** An activity that begins now, of a program that was just started. */
export function startingActivity(at: number): Activity {
  return {
    state: 'starting',
    reason: null,
    detail: null,
    since: at,
    certainty: 'low',
    conflict: false,
    resetsAt: null,
  };
}

function foldNew({ agent, config }: EventOf<'agent.created' | 'agent.adopted'>): AgentState {
  const task = cutTask(agent.task);
  const state = { config: config ?? null, messages: [], removal: null, history: [] };
  if (task === agent.task) return { ...state, record: agent };
  return { ...state, record: { ...agent, task }, wholeTask: agent.task };
}

/** Every client gets every record: a thousand tasks as long as books would not fit into a snapshot. */
function cutTask(task: string): string {
  if (Buffer.byteLength(task) <= maxTaskBytes) return task;
  // A character that was cut in two goes too.
  return `${Buffer.from(task)
    .subarray(0, maxTaskBytes - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')}…`;
}

// oxlint-disable-next-line complexity -- one case for each event, nothing else
function foldKnown(
  state: AgentState,
  event: Exclude<FleetEventBody, EventOf<'agent.created' | 'agent.adopted'>>,
  at: number,
): AgentState | undefined {
  switch (event.type) {
    case 'agent.lifecycle':
      return foldLifecycle(state, event, at);
    case 'agent.placed':
      return foldPlaced(state, event);
    case 'agent.activity':
      return foldActivity(state, event, at);
    case 'agent.seen':
      return patch(state, { unread: false });
    case 'agent.renamed':
      return patch(state, { name: event.name, ...(event.handle === null ? {} : { handle: event.handle }) });
    case 'agent.reordered':
      return patch(state, { order: event.order });
    case 'agent.removal-scheduled': {
      const { removeAt, worktree, force = false, fingerprint } = event;
      return { ...patch(state, { removeAt }), removal: { removeAt, worktree, force, fingerprint } };
    }
    case 'agent.removal-undone':
      return { ...patch(state, { removeAt: null }), removal: null };
    case 'agent.removed':
      return undefined;
    case 'message.queued':
      return withMessages(state, foldQueued(state.messages, event, at));
    case 'message.state':
      return withMessages(state, foldMessageState(state.messages, event, at));
    case 'agent.interrupted':
      return state;
  }
}

function foldLifecycle(
  state: AgentState,
  { lifecycle, reason, exit }: EventOf<'agent.lifecycle'>,
  at: number,
): AgentState {
  const was = state.record.lifecycle;
  const isStarted = lifecycle === 'running' && was !== 'running' && was !== 'unreachable' && was !== 'paused';
  const isBegun = lifecycle === 'provisioning' && (was === 'stopped' || was === 'lost');
  const next = patch(state, {
    lifecycle,
    lifecycleReason: reason,
    exit,
    ...(isStarted || isBegun ? { activity: startingActivity(at), unread: false } : {}),
    ...(lifecycle === 'stopped' || lifecycle === 'lost' ? { pid: null, viewers: 0 } : {}),
  });
  return was === lifecycle ? next : remember(next, at, lifecycle, reason);
}

function foldPlaced(state: AgentState, event: EventOf<'agent.placed'>): AgentState {
  const { handle, directory, worktree, pid, attachCommand, attachArgv } = event;
  const conversationId = event.conversationId ?? state.record.conversationId;
  return patch(state, { handle, directory, worktree, pid, attachCommand, attachArgv, conversationId });
}

function foldActivity(state: AgentState, { activity, unread }: EventOf<'agent.activity'>, at: number): AgentState {
  // A last verdict on its screen may be logged after the program's end, of which only a failure is left to say.
  if (state.record.lifecycle === 'stopped' && !isFailure(activity)) return state;
  return remember(patch(state, { activity, unread }), at, activity.state, activity.reason);
}

function withMessages(state: AgentState, messages: readonly StoredMessage[]): AgentState {
  return { ...patch(state, { queued: messages.filter(isPending).length }), messages };
}

function remember(state: AgentState, at: number, word: string, reason: string | null): AgentState {
  return { ...state, history: [{ at, state: word, reason }, ...state.history.slice(0, maxHistory - 1)] };
}

function patch(state: AgentState, changes: Partial<AgentState['record']>): AgentState {
  return { ...state, record: { ...state.record, ...changes } };
}
