import { randomBytes } from 'node:crypto';
import type { Detector } from '../detect/detector.ts';
import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';
import { type AgentPane, paneOf, sessionOf } from '../fleet/agent-target.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import { isTimeout } from '../fleet/is-timeout.ts';
import type { QueuedMessage } from '../protocol/agent-record.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import { type AgentWord, planDelivery } from './delivery-plan.ts';
import { editEvents } from './edit-queue.ts';
import { toQueuedMessage, waitForMessage } from './wait-for-message.ts';

/** How often it is looked whether a dialog or a person's typing has ended, while a message waits for that. */
const holdMs = 1_000;
/** A person who pressed a key this short ago is typing; a second more, for tmux cuts the times to whole seconds. */
const personMs = 3_000 + 1_000;
/** Typing takes well under a second; an engine that has not answered by then hangs. */
const typingMs = 10_000;
/** A step that failed is tried again after 1 s, 2 s, 4 s … at most half a minute. */
const firstRetryMs = 1_000;
const lastRetryMs = 30_000;

const silentAgent = { toldAt: null, hasScreenRules: false, outputAt: 0 };

interface TypedMessage {
  readonly message: StoredMessage;
  readonly state: 'echoed' | 'uncertain';
}

/** Brings messages to agents: logged before the first byte is typed, one at a time, never into a dialog. */
export class Delivery {
  readonly #parts: FleetParts;
  readonly #detector: Detector;
  /** Agents whose queue is being worked on, and whether something happened meanwhile. */
  readonly #busy = new Map<string, { isPoked: boolean }>();
  readonly #again = new Map<string, AgendaTask>();
  /** When Enter was last pressed for an agent: its event is logged a moment later. */
  readonly #enteredAt = new Map<string, number>();
  /** Steps that failed in a row. */
  readonly #failures = new Map<string, number>();
  /** What came of typing, until that is logged. */
  readonly #typed = new Map<string, TypedMessage>();

  constructor(parts: FleetParts, detector: Detector) {
    this.#parts = parts;
    this.#detector = detector;
    parts.store.subscribe(({ id, after, event }) => {
      if (event === null) return;
      if (after === undefined) return this.#forget(id);
      if (after.record.queued > 0) this.#pump(id);
    });
  }

  /** After a start of the hub: what was being typed when it ended cannot be proven, so a person must decide. */
  async recover(): Promise<void> {
    const events: FleetEventBody[] = [...this.#parts.store.agents()].flatMap(({ record, messages }) =>
      messages
        .filter(({ state }) => state === 'typing')
        .map(({ id }) => ({ type: 'message.state', id: record.id, messageId: id, state: 'uncertain' })),
    );
    if (events.length > 0) await this.#parts.journal.append(...events);
    for (const { record } of this.#parts.store.agents()) if (record.queued > 0) this.#pump(record.id);
  }

  /** Settles as `wait` says; after `timeoutMs` with the message as it then is. */
  async send(params: ParsedParams<'agent.send'>, signal: AbortSignal): Promise<QueuedMessage> {
    const { id, text, submit, wait, timeoutMs } = params;
    const { record } = this.#parts.store.get(id);
    if (record.lifecycle === 'stopped' || record.lifecycle === 'lost') {
      throw new HubError('not-running', `The agent "${record.name}" does not run: it is ${record.lifecycle}.`, {
        hint: `Start it again with: swarm-tui restart ${id}`,
      });
    }
    const messageId = randomBytes(6).toString('hex');
    const queued: FleetEventBody = { type: 'message.queued', id, messageId, text, submit };
    // Who writes to an agent has looked at it.
    await this.#parts.journal.append(...(record.unread ? [queued, { type: 'agent.seen', id } as const] : [queued]));
    return waitForMessage(this.#parts.store, { id, messageId, wait, timeoutMs, signal });
  }

  queue(id: string): readonly QueuedMessage[] {
    return this.#parts.store.get(id).messages.map(toQueuedMessage);
  }

  async edit(params: ParsedParams<'agent.queue-edit'>): Promise<void> {
    await this.#parts.journal.append(...editEvents(this.#parts.store.get(params.id), params));
  }

  #pump(id: string): void {
    const busy = this.#busy.get(id);
    if (busy !== undefined) {
      busy.isPoked = true;
      return;
    }
    const work = { isPoked: false };
    this.#busy.set(id, work);
    void this.#stepSafely(id).then((isMoved) => {
      this.#busy.delete(id);
      if (isMoved || work.isPoked) this.#pump(id);
    });
  }

  async #stepSafely(id: string): Promise<boolean> {
    try {
      const isMoved = await this.#step(id);
      this.#failures.delete(id);
      return isMoved;
    } catch (error) {
      this.#parts.logger.warn({ event: 'message.not-moved', agentId: id, reason: String(error) });
      this.#retry(id);
      return false;
    }
  }

  /** What failed may work later, and nothing else would tell that it is time to try. */
  #retry(id: string): void {
    if (this.#parts.store.find(id) === undefined) return this.#forget(id);
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    this.#lookAgain(id, this.#parts.now() + Math.min(firstRetryMs * 2 ** failures, lastRetryMs));
  }

  /** Says whether there may be more to do at once. */
  async #step(id: string): Promise<boolean> {
    const state = this.#parts.store.find(id);
    if (state === undefined) return false;
    const typed = this.#typed.get(id);
    if (typed !== undefined) return this.#logTyped(id, typed);
    const step = planDelivery(state, this.#wordOf(id), this.#parts.now());
    switch (step.do) {
      case 'nothing':
        return false;
      case 'wait':
        this.#lookAgain(id, step.until);
        return false;
      case 'hold':
        return this.#move(id, step.message, 'held');
      case 'accept':
        return this.#move(id, step.message, 'accepted');
      case 'type':
        return this.#typeWhenClear(state, step.message);
    }
  }

  async #typeWhenClear(state: AgentState, message: StoredMessage): Promise<boolean> {
    const { id } = state.record;
    const isHeld = (await this.#mayShowDialog(id)) || (await this.#isTypedIn(state));
    if (!isHeld) return this.#type(state, message);
    if (message.state !== 'held') return this.#move(id, message, 'held');
    // What ends need not change the agent's state, so that nothing would tell of it.
    this.#lookAgain(id, this.#parts.now() + holdMs);
    return false;
  }

  /** A dialog may be open that nobody told of yet: the screen is read before typing. One that cannot be read may, too. */
  async #mayShowDialog(id: string): Promise<boolean> {
    if (!(await this.#detector.look(id))) return true;
    const detection = this.#detector.find(id);
    return detection?.showsDialog === true || detection?.verdict?.activity.state === 'waiting';
  }

  /** Whether a person types there now: what they began would be submitted with the message. */
  async #isTypedIn(state: AgentState): Promise<boolean> {
    const { tmux, handle } = paneOf(state, this.#parts.runtimes);
    const session = sessionOf(handle);
    const since = this.#parts.now() - personMs;
    const clients = await tmux.listClients({ signal: AbortSignal.timeout(5_000) });
    return clients.some(
      ({ sessionId, activityAt, isControl }) => sessionId === session && !isControl && activityAt > since,
    );
  }

  async #type(state: AgentState, message: StoredMessage): Promise<boolean> {
    const { id } = state.record;
    const pane = paneOf(state, this.#parts.runtimes);
    await this.#move(id, message, 'typing');
    this.#detector.typed(id);
    const isWhole = await this.#enter(state, message, pane);
    this.#enteredAt.set(id, this.#parts.now());
    this.#detector.typed(id);
    // Part of it may be there: never typed twice by itself.
    return this.#logTyped(id, { message, state: isWhole ? 'echoed' : 'uncertain' });
  }

  async #enter({ record }: AgentState, { text, submit }: StoredMessage, { tmux, target }: AgentPane): Promise<boolean> {
    try {
      const options = { signal: AbortSignal.timeout(typingMs) };
      await (submit ? tmux.sendText(target, text, options) : tmux.insertText(target, text, options));
      return true;
    } catch (error) {
      this.#parts.logger.warn({ event: 'message.typing-failed', agentId: record.id, reason: String(error) });
      if (isTimeout(error)) this.#parts.suspect(record.runtimeId);
      return false;
    }
  }

  /** A log that refuses it is asked again: as `typing` the message would block the queue for good. */
  async #logTyped(id: string, typed: TypedMessage): Promise<true> {
    this.#typed.set(id, typed);
    await this.#move(id, typed.message, typed.state);
    this.#typed.delete(id);
    return true;
  }

  async #move(id: string, message: StoredMessage, state: StoredMessage['state']): Promise<true> {
    await this.#parts.journal.append({ type: 'message.state', id, messageId: message.id, state });
    return true;
  }

  #wordOf(id: string): AgentWord {
    const { toldAt, hasScreenRules, outputAt } = this.#detector.find(id) ?? silentAgent;
    const enteredAt = this.#enteredAt.get(id);
    return { toldAt, hasScreenRules, hasReacted: enteredAt !== undefined && outputAt >= enteredAt };
  }

  #lookAgain(id: string, at: number): void {
    const task = this.#again.get(id) ?? this.#parts.agenda.task(() => this.#pump(id));
    this.#again.set(id, task);
    task.at(at);
  }

  #forget(id: string): void {
    this.#again.get(id)?.cancel();
    this.#again.delete(id);
    this.#enteredAt.delete(id);
    this.#failures.delete(id);
    this.#typed.delete(id);
  }
}
