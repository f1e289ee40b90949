import type { ActivityState } from '@swarm-tui/core';
import type { AgentRecord, QueuedMessage } from '../protocol/agent-record.ts';
import { applyPatch } from '../protocol/apply-patch.ts';
import type { FleetChange, FleetSnapshot, RuntimeRecord } from '../protocol/fleet-delta.ts';
import type { FleetEvent, FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { OutputChunk, ScreenFrame } from '../protocol/screen-frame.ts';
import type { FleetHandlers } from '../server/dispatch.ts';
import { dispatch } from '../server/dispatch.ts';
import type { FleetObserver, FleetRequestName, FleetService, RequestContext } from '../server/fleet-service.ts';
import { createFakeHandlers } from './fake-handlers.ts';

/** A request that a fake fleet was asked. */
export interface AskedRequest {
  readonly name: FleetRequestName;
  readonly params: unknown;
}

/** What a fake fleet holds at first. */
export interface FakeFleetOptions {
  readonly agents?: readonly AgentRecord[] | undefined;
  /** @default one runtime `local` that is up */
  readonly runtimes?: readonly RuntimeRecord[] | undefined;
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * A fleet without engines: it keeps records, logs events, does the obvious thing for each request (a stop stops, a
 * rename renames) and tells it as one delta each, at once. `answer` replaces what it does for one kind of request.
 */
export class FakeFleet implements FleetService {
  readonly now: () => number;
  readonly #agents = new Map<string, AgentRecord>();
  readonly #runtimes = new Map<string, RuntimeRecord>();
  readonly #observers = new Set<FleetObserver>();
  readonly #frames = new Map<string, ScreenFrame>();
  readonly #messages = new Map<string, QueuedMessage[]>();
  readonly #interests = new Set<string>();
  readonly #requests: AskedRequest[] = [];
  readonly #events: FleetEvent[] = [];
  #handlers: FleetHandlers;
  #seq = 0;

  constructor({ agents = [], runtimes = [localRuntime], now = Date.now }: FakeFleetOptions = {}) {
    this.now = now;
    for (const agent of agents) this.#agents.set(agent.id, agent);
    for (const runtime of runtimes) this.#runtimes.set(runtime.id, runtime);
    this.#handlers = createFakeHandlers(this);
  }

  /** Everything that was asked, oldest first. */
  get requests(): readonly AskedRequest[] {
    return this.#requests;
  }

  /** Subjects that somebody subscribes to. */
  get interests(): ReadonlySet<string> {
    return this.#interests;
  }

  get events(): readonly FleetEvent[] {
    return this.#events;
  }

  /** What was asked under one name, oldest first. */
  asked(name: FleetRequestName): readonly unknown[] {
    return this.#requests.filter((request) => request.name === name).map(({ params }) => params);
  }

  /** From now on requests of this name are answered by `handler`; throw a `HubError` in it to refuse. */
  answer<K extends FleetRequestName>(name: K, handler: FleetHandlers[K]): void {
    this.#handlers = { ...this.#handlers, [name]: handler };
  }

  async handle(name: FleetRequestName, params: unknown, context: RequestContext): Promise<unknown> {
    this.#requests.push({ name, params });
    return dispatch(this.#handlers, name, params, context);
  }

  snapshot(): FleetSnapshot {
    return { seq: this.#seq, agents: [...this.#agents.values()], runtimes: [...this.#runtimes.values()] };
  }

  subscribe(observer: FleetObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  setInterest(subject: string, isWanted: boolean): void {
    if (isWanted) this.#interests.add(subject);
    else this.#interests.delete(subject);
  }

  get(id: string): AgentRecord {
    const agent = this.#agents.get(id);
    if (agent === undefined) throw new HubError('agent-not-found', `There is no agent "${id}".`);
    return agent;
  }

  put(agent: AgentRecord): void {
    this.change([{ type: 'put', agent }]);
  }

  patch(id: string, patch: Partial<AgentRecord>): AgentRecord {
    this.get(id);
    this.change([{ type: 'patch', id, patch }]);
    return this.get(id);
  }

  /** Changes the activity and says since now. */
  setActivity(id: string, state: ActivityState, fields: Partial<AgentRecord['activity']> = {}): AgentRecord {
    const { activity } = this.get(id);
    return this.patch(id, {
      activity: { ...activity, reason: null, detail: null, since: this.now(), ...fields, state },
    });
  }

  remove(id: string): void {
    this.change([{ type: 'remove', id }]);
  }

  setRuntime(runtime: RuntimeRecord): void {
    this.change([{ type: 'runtime', runtime }]);
  }

  /** Applies changes and tells them as one delta. */
  change(changes: readonly FleetChange[]): void {
    for (const change of changes) this.#apply(change);
    this.#seq += 1;
    const delta = { seq: this.#seq, changes: [...changes] };
    for (const observer of this.#observers) observer.delta?.(delta);
  }

  /** Loses a delta on its way: the next one shows a gap. */
  skipDelta(): void {
    this.#seq += 1;
  }

  emit(event: FleetEventBody): FleetEvent {
    const logged = { seq: this.#events.length + 1, at: this.now(), event };
    this.#events.push(logged);
    for (const observer of this.#observers) observer.event?.(logged);
    return logged;
  }

  /** Shows these lines on the agent's screen; other fields of the frame as given. */
  show(id: string, lines: readonly string[], fields: Partial<ScreenFrame> = {}): void {
    const frame = { ...blankFrame(id), ...fields, lines: [...lines] };
    this.#frames.set(id, frame);
    for (const observer of this.#observers) observer.screen?.(frame);
  }

  frame(id: string): ScreenFrame {
    return this.#frames.get(this.get(id).id) ?? blankFrame(id);
  }

  /** Bytes that the agent writes. */
  write(id: string, output: string | Uint8Array): void {
    const data = typeof output === 'string' ? new TextEncoder().encode(output) : output;
    const chunk: OutputChunk = { id, data, at: this.now() };
    for (const observer of this.#observers) observer.output?.(chunk);
  }

  messages(id: string): readonly QueuedMessage[] {
    return this.#messages.get(id) ?? [];
  }

  setMessages(id: string, messages: readonly QueuedMessage[]): void {
    this.#messages.set(id, [...messages]);
    const queued = messages.filter(({ state }) => state !== 'accepted' && state !== 'cancelled').length;
    this.patch(id, { queued });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#observers.clear();
  }

  #apply(change: FleetChange): void {
    switch (change.type) {
      case 'put':
        this.#agents.set(change.agent.id, change.agent);
        break;
      case 'patch':
        this.#agents.set(change.id, applyPatch(this.get(change.id), change.patch));
        break;
      case 'remove':
        this.#agents.delete(change.id);
        break;
      case 'runtime':
        this.#runtimes.set(change.runtime.id, change.runtime);
        break;
    }
  }
}

const localRuntime: RuntimeRecord = { id: 'local', type: 'local', status: 'up', reason: null };

function blankFrame(id: string): ScreenFrame {
  return { id, columns: 160, rows: 50, lines: [], cursor: null, isAlternate: false, historySize: 0 };
}
