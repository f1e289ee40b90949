import { randomBytes } from 'node:crypto';
import type { Detector } from '../detect/detector.ts';
import type { AgentState, StoredMessage } from '../fleet/agent-state.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import type { HeldBy, QueuedMessage } from '../protocol/agent-record.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import { type AgentWord, planDelivery } from './delivery-plan.ts';
import { Drafts } from './drafts.ts';
import { holdsInput } from './echo.ts';
import { editEvents } from './edit-queue.ts';
import { Keyboard } from './keyboard.ts';
import { findProof, findUnproven, type Proof, stateAfter } from './typed-before.ts';
import { toQueuedMessage, waitForMessage } from './wait-for-message.ts';

/** How often it is looked whether a dialog or a person's typing has ended, while a message waits for that. */
const holdMs = 1_000;
/** A step that failed is tried again after 1 s, 2 s, 4 s … at most half a minute. */
const firstRetryMs = 1_000;
const lastRetryMs = 30_000;

/** Tries to read the screen of an agent whose message is in doubt. */
const mostLooks = 5;

const silentAgent = { toldAt: null, hasScreenRules: false, outputAt: 0 };

interface TypedMessage {
  readonly message: StoredMessage;
  readonly state: 'echoed' | 'uncertain';
}

/** Brings messages to agents: logged before the first byte is typed, one at a time, never into a dialog. */
export class Delivery {
  readonly #parts: FleetParts;
  readonly #detector: Detector;
  readonly #keyboard: Keyboard;
  readonly #drafts: Drafts;
  /** Agents whose queue is being worked on, and whether something happened meanwhile. */
  readonly #busy = new Map<string, { isPoked: boolean }>();
  readonly #again = new Map<string, AgendaTask>();
  /** When Enter was last pressed for an agent: its event is logged a moment later. */
  readonly #enteredAt = new Map<string, number>();
  /** Steps that failed in a row. */
  readonly #failures = new Map<string, number>();
  /** What came of typing, until that is logged. */
  readonly #typed = new Map<string, TypedMessage>();
  /** Agents whose last typed message comes from an earlier hub: what became of it must be found out. */
  readonly #doubtful = new Set<string>();
  /** Agents whose message was seen on the screen and waits for Enter. */
  readonly #unsubmitted = new Set<string>();

  constructor(parts: FleetParts, detector: Detector) {
    this.#parts = parts;
    this.#detector = detector;
    this.#keyboard = new Keyboard(parts, detector);
    this.#drafts = new Drafts(parts, (state) => this.#keyboard.read(state));
    parts.store.subscribe(({ id, after, event }) => {
      if (event === null) return;
      if (after === undefined) return this.#forget(id);
      // One that was typed waits no more, but what the agent tells may prove that it was taken.
      if (after.record.queued > 0 || findUnproven(after) !== undefined) this.#pump(id);
    });
  }

  /** After a start of the hub: finds out what became of messages that were being typed when the last one ended. */
  recover(): void {
    for (const { record, messages } of this.#parts.store.agents()) {
      if (findUnproven({ messages }) !== undefined) this.#doubtful.add(record.id);
      if (record.queued > 0 || this.#doubtful.has(record.id)) this.#pump(record.id);
    }
  }

  /** Settles as `wait` says; after `timeoutMs` with the message as it then is. */
  async send(params: ParsedParams<'agent.send'>, signal: AbortSignal): Promise<QueuedMessage> {
    const { id, text, submit, now, wait, timeoutMs } = params;
    const { record } = this.#parts.store.get(id);
    if (record.lifecycle === 'stopped' || record.lifecycle === 'lost') {
      throw new HubError('not-running', `The agent "${record.name}" does not run: it is ${record.lifecycle}.`, {
        hint: `Start it again with: swarm-tui restart ${id}`,
      });
    }
    const messageId = randomBytes(6).toString('hex');
    const queued: FleetEventBody = { type: 'message.queued', id, messageId, text, submit, ...(now ? { now } : {}) };
    // Who writes to an agent has looked at it.
    await this.#parts.journal.append(...(record.unread ? [queued, { type: 'agent.seen', id } as const] : [queued]));
    return waitForMessage(this.#parts.store, { id, messageId, wait, timeoutMs, signal });
  }

  /** Somebody presses keys for an agent through the hub: what is not submitted is a draft. */
  keysPressed(id: string, keys: readonly string[]): void {
    this.#drafts.keysPressed(id, keys);
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
    if (this.#doubtful.has(id)) return this.#prove(state);
    if (this.#unsubmitted.has(id)) return this.#submitLate(state);
    const step = planDelivery(state, this.#wordOf(id), this.#parts.now());
    switch (step.do) {
      case 'nothing':
        return false;
      case 'wait':
        this.#lookAgain(id, step.until);
        return false;
      case 'hold':
        return this.#hold(id, step.message, 'dialog');
      case 'accept':
        return this.#move(id, step.message, 'accepted');
      case 'doubt':
        return this.#move(id, step.message, 'uncertain');
      case 'type':
        return this.#typeWhenClear(state, step.message);
    }
  }

  async #typeWhenClear(state: AgentState, message: StoredMessage): Promise<boolean> {
    const { id } = state.record;
    const heldBy = (await this.#keyboard.findHindrance(state)) ?? (await this.#findDraft(state, message));
    if (heldBy === null) return this.#type(state, message);
    // What ends need not change the agent's state, so that nothing would tell of it.
    this.#lookAgain(id, this.#parts.now() + holdMs);
    return message.state === 'held' && message.heldBy === heldBy ? false : this.#hold(id, message, heldBy);
  }

  async #findDraft(state: AgentState, { now = false }: StoredMessage): Promise<HeldBy | null> {
    return !now && (await this.#drafts.holdsDraft(state)) ? 'draft' : null;
  }

  /** Typed, seen on the screen, then submitted: each is logged as it is known, the first before the first byte. */
  async #type(state: AgentState, message: StoredMessage): Promise<boolean> {
    const { id } = state.record;
    const { text, submit } = message;
    const before = await this.#keyboard.read(state);
    await this.#move(id, message, 'typing');
    this.#enteredAt.delete(id);
    this.#detector.typed(id);
    // Part of it may be there: never typed twice by itself.
    if (!(await this.#keyboard.insert(state, text))) return this.#logTyped(id, { message, state: 'uncertain' });
    if (!submit) this.#drafts.keysPressed(id, [text]);
    const isSeen = await this.#keyboard.awaitEcho(state, text, before);
    if (submit && !isSeen) return this.#submit(state, message);
    // Until Enter is pressed: when the echo cannot be logged now, that is made up for.
    if (submit) this.#unsubmitted.add(id);
    await this.#logTyped(id, { message, state: 'echoed' });
    return submit ? this.#submit(state, message) : true;
  }

  async #submit(state: AgentState, message: StoredMessage): Promise<true> {
    const { id } = state.record;
    this.#unsubmitted.delete(id);
    this.#detector.typed(id);
    // Before the key: an answer may come before the call is back.
    this.#enteredAt.set(id, this.#parts.now());
    const isPressed = await this.#keyboard.pressEnter(state);
    this.#drafts.keysPressed(id, ['Enter']);
    return isPressed ? true : this.#logTyped(id, { message, state: 'uncertain' });
  }

  /** A message of an earlier hub: what can be seen decides. */
  async #prove(state: AgentState): Promise<boolean> {
    const { id, lifecycle } = state.record;
    const message = findUnproven(state);
    const isOver = lifecycle === 'stopped' || lifecycle === 'lost';
    // Nobody can look now; a change of its lifecycle brings it here again.
    if (message !== undefined && !isOver && lifecycle !== 'running') return false;
    if (message !== undefined) {
      const proof = isOver ? 'none' : await this.#findProof(state, message);
      if (proof === 'input' && message.submit) this.#unsubmitted.add(id);
      const next = stateAfter(message, proof);
      if (next !== null) await this.#move(id, message, next);
    }
    this.#doubtful.delete(id);
    return true;
  }

  async #findProof(state: AgentState, message: StoredMessage): Promise<Proof> {
    const { id, activity } = state.record;
    await this.#detector.look(id);
    const screen = await this.#keyboard.read(state);
    const isGivenUp = (this.#failures.get(id) ?? 0) >= mostLooks;
    if (screen === null && !isGivenUp) throw new HubError('timed-out', 'The screen cannot be read.');
    return findProof(message, this.#detector.find(id)?.verdict?.activity ?? activity, screen);
  }

  /** Enter for a message that was seen some time ago: what stands there now must still be it. */
  async #submitLate(state: AgentState): Promise<boolean> {
    const { id, lifecycle } = state.record;
    const message = findUnproven(state);
    if (message === undefined || lifecycle === 'stopped' || lifecycle === 'lost') return this.#unsubmitted.delete(id);
    if (lifecycle !== 'running') return false;
    const hindrance = await this.#keyboard.findHindrance(state);
    if (hindrance === 'person' || hindrance === 'unreadable') {
      this.#lookAgain(id, this.#parts.now() + holdMs);
      return false;
    }
    const screen = hindrance === null ? await this.#keyboard.read(state) : null;
    if (screen !== null && holdsInput(message.text, screen)) return this.#submit(state, message);
    await this.#move(id, message, 'uncertain');
    return this.#unsubmitted.delete(id);
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

  async #hold(id: string, message: StoredMessage, heldBy: HeldBy): Promise<true> {
    await this.#parts.journal.append({ type: 'message.state', id, messageId: message.id, state: 'held', heldBy });
    return true;
  }

  #wordOf(id: string): AgentWord {
    const { toldAt, hasScreenRules, outputAt } = this.#detector.find(id) ?? silentAgent;
    const enteredAt = this.#enteredAt.get(id) ?? null;
    return { toldAt, hasScreenRules, enteredAt, hasReacted: enteredAt !== null && outputAt >= enteredAt };
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
    this.#doubtful.delete(id);
    this.#unsubmitted.delete(id);
  }
}
