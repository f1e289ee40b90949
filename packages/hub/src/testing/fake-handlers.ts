import type { ActivityState } from '@swarm-tui/core';
import type { AgentRecord, QueuedMessage } from '../protocol/agent-record.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';
import type { FleetSnapshot } from '../protocol/fleet-delta.ts';
import type { ScreenFrame } from '../protocol/screen-frame.ts';
import type { FleetHandlers } from '../server/dispatch.ts';
import type { FleetObserver } from '../server/fleet-service.ts';
import { createAgentRecord } from './create-agent-record.ts';

/** What the handlers know of the fleet that they answer for. */
interface HandledFleet {
  readonly now: () => number;
  readonly events: readonly FleetEvent[];
  snapshot(): FleetSnapshot;
  subscribe(observer: FleetObserver): () => void;
  get(id: string): AgentRecord;
  put(agent: AgentRecord): void;
  patch(id: string, patch: Partial<AgentRecord>): AgentRecord;
  setActivity(id: string, state: ActivityState): AgentRecord;
  remove(id: string): void;
  emit(event: FleetEventBody): FleetEvent;
  frame(id: string): ScreenFrame;
  messages(id: string): readonly QueuedMessage[];
  setMessages(id: string, messages: readonly QueuedMessage[]): void;
}

/** What a `FakeFleet` does when nothing else was told: the obvious thing, at once. */
export function createFakeHandlers(fleet: HandledFleet): FleetHandlers {
  return { ...lookHandlers(fleet), ...lifeHandlers(fleet), ...talkHandlers(fleet) };
}

type LookNames =
  | 'fleet.snapshot'
  | 'fleet.events'
  | 'runtime.ping'
  | 'agent.loss'
  | 'agent.capture'
  | 'agent.explain'
  | 'agent.refresh-git'
  | 'agent.wait'
  | 'agent.queue';
type LifeNames =
  | 'agent.spawn'
  | 'agent.stop'
  | 'agent.restart'
  | 'agent.rename'
  | 'agent.reorder'
  | 'agent.remove'
  | 'agent.undo-remove';

function lookHandlers(fleet: HandledFleet): Pick<FleetHandlers, LookNames> {
  return {
    'fleet.snapshot': async () => fleet.snapshot(),
    'fleet.events': async ({ since, limit }) => ({
      events: fleet.events.filter(({ seq }) => seq > since).slice(0, limit),
      lastSeq: fleet.events.length,
    }),
    'runtime.ping': async () => ({ ms: 1 }),
    'agent.loss': async ({ id }) => {
      const { git, lifecycle, worktree } = fleet.get(id);
      const isRunning = lifecycle === 'running';
      const hasWorktree = worktree?.created === true;
      return { id, git, dirtyFiles: [], unpushedCommits: [], reasons: [], isRunning, hasWorktree };
    },
    'agent.capture': async ({ id }) => fleet.frame(id),
    'agent.explain': async ({ id }) => {
      const { name, lifecycle, activity } = fleet.get(id);
      return { id, name, lifecycle, activity, because: 'Because the test says so.', evidence: [], history: [] };
    },
    'agent.refresh-git': async ({ id }) => nothing(fleet.get(id)),
    'agent.wait': (params, { signal }) => waitFor(fleet, params, signal),
    'agent.queue': async ({ id }) => ({ messages: [...fleet.messages(fleet.get(id).id)] }),
  };
}

function lifeHandlers(fleet: HandledFleet): Pick<FleetHandlers, LifeNames> {
  return {
    'agent.spawn': async (params) => {
      const { agentId = `agent-${fleet.snapshot().agents.length + 1}` } = params;
      const agent = createAgentRecord({
        id: agentId,
        name: params.name ?? agentId,
        provider: params.aiProvider,
        task: params.task ?? '',
        directory: params.workingDirectory,
        runtimeId: params.runtimeId,
        createdAt: fleet.now(),
      });
      fleet.put(agent);
      fleet.emit({ type: 'agent.created', id: agentId, agent });
      return agent;
    },
    'agent.stop': async ({ id }) =>
      fleet.patch(id, {
        lifecycle: 'stopped',
        exit: { code: 0, signal: null, at: fleet.now() },
        pid: null,
        unread: false,
      }),
    'agent.restart': async ({ id }) => fleet.patch(id, { lifecycle: 'running', exit: null, pid: 4243 }),
    'agent.rename': async ({ id, name }) => fleet.patch(id, { name }),
    'agent.reorder': async ({ id, order }) => nothing(fleet.patch(id, { order })),
    'agent.remove': async ({ id, undoMs }) => {
      const removeAt = fleet.now() + undoMs;
      fleet.patch(id, { removeAt });
      if (undoMs === 0) fleet.remove(id);
      return { removeAt };
    },
    'agent.undo-remove': async ({ id }) => fleet.patch(id, { removeAt: null }),
  };
}

function talkHandlers(fleet: HandledFleet): Omit<FleetHandlers, LookNames | LifeNames> {
  return {
    'agent.send': async ({ id, text }) => {
      const messages = fleet.messages(fleet.get(id).id);
      const message: QueuedMessage = { id: `m${messages.length + 1}`, text, state: 'accepted', at: fleet.now() };
      fleet.setMessages(id, [...messages, message]);
      return message;
    },
    'agent.queue-edit': async (params) => nothing(editQueue(fleet, params)),
    'agent.keys': async ({ id }) => nothing(fleet.get(id)),
    'agent.interrupt': async ({ id }) => nothing(fleet.setActivity(id, 'idle')),
    'agent.seen': async ({ id }) => nothing(fleet.patch(id, { unread: false })),
    'agent.switch-viewer': async ({ id }) => ({ switched: fleet.get(id).lifecycle === 'running' }),
  };
}

function nothing(_done: unknown): Record<string, never> {
  return {};
}

function editQueue(fleet: HandledFleet, { id, messageId, action, text }: ParsedParams<'agent.queue-edit'>): void {
  const states = {
    cancel: 'cancelled',
    'send-again': 'queued',
    arrived: 'accepted',
    replace: 'queued',
    'send-now': 'queued',
  } as const;
  const messages = fleet.messages(id);
  if (!messages.some((message) => message.id === messageId)) {
    throw new HubError('invalid-request', `Agent "${id}" has no message "${messageId}".`);
  }
  fleet.setMessages(
    id,
    messages.map((message) =>
      message.id === messageId ? { ...message, state: states[action], text: text ?? message.text } : message,
    ),
  );
}

function waitFor(
  fleet: HandledFleet,
  { id, for: goal, timeoutMs }: ParsedParams<'agent.wait'>,
  signal: AbortSignal,
): Promise<{ matched: boolean; agent: AgentRecord }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ matched: boolean; agent: AgentRecord }>();
  const check = (): void => {
    const agent = fleet.get(id);
    if (hasReached(fleet, agent, goal)) resolve({ matched: true, agent });
  };
  const stop = fleet.subscribe({ delta: check, screen: check });
  const timer = setTimeout(() => resolve({ matched: false, agent: fleet.get(id) }), timeoutMs);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  check();
  return promise.finally(() => {
    stop();
    clearTimeout(timer);
  });
}

function hasReached(fleet: HandledFleet, agent: AgentRecord, goal: ParsedParams<'agent.wait'>['for']): boolean {
  if ('text' in goal) return fleet.frame(agent.id).lines.some((line) => line.includes(goal.text));
  if (goal.state === 'stopped') return agent.lifecycle === 'stopped';
  return agent.lifecycle === 'running' && agent.activity.state === goal.state;
}
