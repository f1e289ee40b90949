import type { Activity, AgentInfo, Evidence } from '@swarm-tui/core';
import type { AgentState } from '../fleet/agent-state.ts';
import type { AgendaTask } from '../fleet/agenda.ts';
import type { FleetParts } from '../fleet/fleet-parts.ts';
import type { StoreChange } from '../fleet/fleet-store.ts';
import { Detection } from './detection.ts';
import { isUnreadAfter, isWorthTelling } from './next-activity.ts';
import { pickQuestion, pickText } from './pick-text.ts';
import { ScreenReader } from './screen-reader.ts';

interface Watched {
  readonly detection: Detection;
  readonly judgeTask: AgendaTask;
  /** What was logged, or is on its way to the log. */
  told: Activity;
  isUnread: boolean;
}

/** Nothing that can be seen changes when only the time of the last output moves by less. */
const outputStepMs = 500;
/** After the log refused a state, it is judged again this much later. */
const retryMs = 1_000;

/** Follows the state and the text of all agents. Work per piece of output does not grow with their number. */
export class Detector {
  readonly #parts: FleetParts;
  readonly #watched = new Map<string, Watched>();
  readonly #dirty = new Set<string>();
  readonly #reader: ScreenReader;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#reader = new ScreenReader(parts, (id, lines, at) => this.#onScreen(id, lines, at));
    parts.store.subscribe((change) => this.#onChange(change));
    for (const state of parts.store.agents()) this.#watch(state, state.record.createdAt);
  }

  find(id: string): Detection | undefined {
    return this.#watched.get(id)?.detection;
  }

  output(id: string, data: Uint8Array, at: number): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    const { detection } = watched;
    const { hasEvidence, title } = detection.push(data, at);
    this.#dirty.add(id);
    this.#parts.gatherer.wake();
    if (title !== null) this.#parts.store.patch(id, { title });
    if (hasEvidence) this.#judge(id, watched);
    if (detection.wantsScreen) this.#reader.noticeOutput(id, at);
  }

  /** A title that was not seen in the output, as after a reconnect. */
  title(id: string, title: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined || this.#parts.store.find(id)?.record.title === title) return;
    this.#parts.store.patch(id, { title });
    if (watched.detection.readTitle(title, this.#parts.now())) this.#judge(id, watched);
  }

  foreground(id: string, command: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    watched.detection.readForeground(command, this.#parts.now());
    this.#judge(id, watched);
  }

  /** Keys were typed: what comes back at once is their echo. */
  typed(id: string): void {
    this.#watched.get(id)?.detection.typed(this.#parts.now());
  }

  /** Reads and judges the screen as it is now, where the screen shows dialogs; false when it could not be read. */
  async look(id: string): Promise<boolean> {
    return this.#watched.get(id)?.detection.hasScreenRules === true ? this.#reader.read(id) : true;
  }

  /** Puts what came since the last flush into the records. */
  flush(): void {
    for (const id of this.#dirty) {
      const watched = this.#watched.get(id);
      if (watched !== undefined) this.#flushOne(id, watched);
    }
    this.#dirty.clear();
  }

  /** After an engine answered: what it knows of its agents, and one look at each screen. */
  reconciled(infos: readonly AgentInfo[]): void {
    const now = this.#parts.now();
    infos.forEach((info, index) => {
      const { agentId: id } = info.handle;
      const watched = this.#watched.get(id);
      if (watched === undefined) return;
      const { title, viewers, lastActivityAt } = info;
      this.#parts.store.patch(id, { title, viewers, outputAt: Math.max(lastActivityAt, watched.detection.outputAt) });
      if (watched.detection.outputAt === 0) this.#recall(watched, lastActivityAt);
      if (title !== '') watched.detection.readTitle(title, now);
      this.#reader.request(id, now + index);
    });
  }

  /** What the agent's own word was before the hub restarted still holds when nothing came since. */
  #recall({ detection, told }: Watched, lastActivityAt: number): void {
    const { state, reason, detail, since, certainty, resetsAt } = told;
    if (certainty !== 'high' || lastActivityAt > since + 2_000) return;
    const evidence: Evidence = {
      source: 'signal',
      says: 'known before the hub restarted',
      state,
      reason,
      detail,
      at: since,
      resetsAt,
    };
    detection.recall(evidence);
  }

  #onChange({ id, after, event }: StoreChange): void {
    if (event === null) return;
    const { type } = event.event;
    if (after === undefined) return this.#forget(id);
    if (type === 'agent.created' || type === 'agent.adopted') this.#watch(after, after.record.createdAt);
    if (type === 'agent.seen') this.#setUnread(id, false);
    if (type !== 'agent.lifecycle') return;
    if (event.event.lifecycle === 'provisioning') this.#restart(after, event.at);
    if (event.event.lifecycle === 'running') this.#onRunning(id, after);
    if (event.event.lifecycle === 'stopped') this.#reader.request(id, this.#parts.now());
  }

  #onRunning(id: string, { record }: AgentState): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    watched.told = record.activity;
    watched.isUnread = record.unread;
    this.#judge(id, watched);
  }

  /** Each step of making an agent is a lifecycle event; only the first begins a new life. */
  #restart(state: AgentState, at: number): void {
    const watched = this.#watched.get(state.record.id);
    if (watched?.detection.isFresh === true) return;
    this.#forget(state.record.id);
    this.#watch(state, at);
  }

  #watch(state: AgentState, startedAt: number): void {
    const { record } = state;
    const watched: Watched = {
      detection: new Detection(record, this.#parts.providers.find(record.provider), startedAt),
      judgeTask: this.#parts.agenda.task(() => this.#judge(record.id, watched)),
      told: record.activity,
      isUnread: record.unread,
    };
    this.#watched.set(record.id, watched);
  }

  #forget(id: string): void {
    this.#watched.get(id)?.judgeTask.cancel();
    this.#watched.delete(id);
    this.#reader.forget(id);
    this.#dirty.delete(id);
  }

  #setUnread(id: string, isUnread: boolean): void {
    const watched = this.#watched.get(id);
    if (watched !== undefined) watched.isUnread = isUnread;
  }

  #onScreen(id: string, lines: readonly string[], at: number): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    const { detection } = watched;
    const hasChanged = detection.readScreen(lines, at);
    if (hasChanged) this.#judge(id, watched);
    if (isAsking(watched)) return this.#parts.store.patch(id, { text: pickQuestion(lines) });
    if (!hasChanged || (detection.isLineOriented && detection.tailText !== '')) return;
    this.#parts.store.patch(id, { text: pickText(lines) });
  }

  #flushOne(id: string, watched: Watched): void {
    const { detection } = watched;
    const record = this.#parts.store.find(id)?.record;
    if (record === undefined) return;
    if (detection.isMovedByOutput) this.#judge(id, watched);
    const hasTail = detection.isLineOriented && detection.tailText !== '' && !isAsking(watched);
    const text = hasTail ? detection.tailText : record.text;
    const isLater = detection.outputAt - record.outputAt >= outputStepMs;
    if (text !== record.text || isLater) this.#parts.store.patch(id, { text, outputAt: detection.outputAt });
  }

  #judge(id: string, watched: Watched): void {
    const record = this.#parts.store.find(id)?.record;
    if (record === undefined || record.lifecycle !== 'running') return;
    const { activity, nextCheckAt } = watched.detection.judge(this.#parts.now());
    if (nextCheckAt !== null) watched.judgeTask.at(nextCheckAt);
    else watched.judgeTask.cancel();
    if (!isWorthTelling(watched.told, activity)) return;
    const before = watched.isUnread;
    const unread = isUnreadAfter(watched.told, activity, before);
    watched.told = activity;
    watched.isUnread = unread;
    // The last line of a dialog is a choice: the question stands above it.
    if (isAsking(watched)) this.#reader.request(id, this.#parts.now());
    this.#parts.journal.append({ type: 'agent.activity', id, activity, unread }).catch((error: unknown) => {
      this.#parts.logger.warn({ event: 'activity.not-logged', agentId: id, reason: String(error) });
      // A later verdict, or a person's look, may have come meanwhile and stands.
      if (watched.told !== activity || this.#watched.get(id) !== watched) return;
      watched.told = record.activity;
      if (watched.isUnread === unread) watched.isUnread = before;
      watched.detection.revert(record.activity);
      watched.judgeTask.by(this.#parts.now() + retryMs);
    });
  }
}

/** It waits for an answer, and nothing but its screen says to what. */
function isAsking({ told }: Watched): boolean {
  return told.state === 'waiting' && told.detail === null;
}
