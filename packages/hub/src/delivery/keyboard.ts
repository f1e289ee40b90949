import { setTimeout as sleep } from 'node:timers/promises';
import { settlePaste } from '@swarm-tui/core';
import type { Detector } from '../detect/detector.ts';
import type { AgentState } from '../fleet/agent-state.ts';
import { type AgentPane, paneOf, sessionOf } from '../fleet/agent-target.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import { isTimeout } from '../fleet/is-timeout.ts';
import { withDeadline } from '../fleet/with-deadline.ts';
import type { HeldBy } from '../protocol/agent-record.ts';
import { type Screen, showsEcho } from './echo.ts';

/** A person who pressed a key this short ago is typing; a second more, for tmux cuts the times to whole seconds. */
const personMs = 3_000 + 1_000;
/** Typing takes well under a second; an engine that has not answered by then hangs. */
const typingMs = 10_000;
/** A question about a pane takes a few milliseconds. */
const lookMs = 5_000;
/** A text is seen on the screen by then, or its agent does not show what is typed. */
const echoMs = 1_000;
const echoStepMs = 50;

/** Types into agents' panes, and looks at them before and after. Each method ends in time, whatever the engine does. */
export class Keyboard {
  readonly #parts: FleetParts;
  readonly #detector: Detector;

  constructor(parts: FleetParts, detector: Detector) {
    this.#parts = parts;
    this.#detector = detector;
  }

  /** What keeps keys from being sent to an agent now; null when nothing does. */
  async findHindrance(state: AgentState): Promise<HeldBy | null> {
    const { id } = state.record;
    if (!(await this.#detector.look(id))) return 'unreadable';
    if (this.#mayShowDialog(id)) return 'dialog';
    return (await this.#isTypedIn(state)) ? 'person' : null;
  }

  /** The screen; null when it cannot be had. */
  async read(state: AgentState): Promise<Screen | null> {
    try {
      const { tmux, target } = this.#pane(state);
      return await withDeadline(lookMs, (signal) => tmux.capture(target, { signal }));
    } catch {
      return null;
    }
  }

  /** Puts a text into the input area without submitting it; false when part of it may be missing. */
  insert(state: AgentState, text: string): Promise<boolean> {
    return this.#try(state, ({ tmux, target }, signal) => tmux.insertText(target, text, { signal }));
  }

  /** False when it may not have been pressed. */
  pressEnter(state: AgentState): Promise<boolean> {
    return this.#try(state, ({ tmux, target }, signal) => tmux.pressKeys(target, ['Enter'], { signal }));
  }

  /** Whether the agent shows what was typed since it looked like `before`. Settles when Enter may follow. */
  async awaitEcho(state: AgentState, text: string, before: Screen | null): Promise<boolean> {
    await settlePaste(text);
    for (let waited = 0; ; waited += echoStepMs) {
      const after = await this.read(state);
      if (after !== null && showsEcho(text, before, after)) return true;
      if (waited >= echoMs) return false;
      await sleep(echoStepMs);
    }
  }

  /** A dialog may be open that nobody told of: the screen, which was just read, says so. */
  #mayShowDialog(id: string): boolean {
    const detection = this.#detector.find(id);
    return detection?.showsDialog === true || detection?.verdict?.activity.state === 'waiting';
  }

  /** Whether a person types there now: what they began would be submitted with the message. */
  async #isTypedIn(state: AgentState): Promise<boolean> {
    const { tmux, handle } = this.#pane(state);
    const session = sessionOf(handle);
    const now = this.#parts.wall();
    const clients = await withDeadline(lookMs, (signal) => tmux.listClients({ signal }));
    return clients.some(({ sessionId, activityAt, isControl }) => {
      // A key in the future was pressed before the clock was put back.
      const isRecent = activityAt > now - personMs && activityAt < now + personMs;
      return sessionId === session && !isControl && isRecent;
    });
  }

  async #try(state: AgentState, send: (pane: AgentPane, signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const { id, runtimeId } = state.record;
    try {
      const pane = this.#pane(state);
      await withDeadline(typingMs, (signal) => send(pane, signal));
      return true;
    } catch (error) {
      this.#parts.logger.warn({ event: 'message.typing-failed', agentId: id, reason: String(error) });
      if (isTimeout(error)) this.#parts.suspect(runtimeId);
      return false;
    }
  }

  #pane(state: AgentState): AgentPane {
    return paneOf(state, this.#parts.runtimes);
  }
}
