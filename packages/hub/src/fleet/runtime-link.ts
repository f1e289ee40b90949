import type { AgentInfo, RuntimeEvent } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { RuntimeRecord } from '../protocol/fleet-delta.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';
import type { AgentLocks } from './agent-locks.ts';
import type { AgendaTask } from './agenda.ts';
import type { Arrivals } from './arrivals.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { Place } from './new-agent.ts';
import { isTimeout } from './is-timeout.ts';
import { endEvents, isKnownExit, reconcile, unreachable } from './reconcile.ts';
import { isNameUsed } from './spawner.ts';
import { withDeadline } from './with-deadline.ts';

/** What the rest of the fleet makes of a runtime's news. */
export interface RuntimeListener {
  output(id: string, data: Uint8Array): void;
  title(id: string, title: string): void;
  foreground(id: string, command: string): void;
  /** An engine answered and its agents are as logged now. */
  reconciled(runtimeId: string, infos: readonly AgentInfo[]): void;
}

/** Which runtime to follow, and for whom. */
export interface RuntimeLinkOptions {
  readonly parts: FleetParts;
  readonly locks: AgentLocks;
  readonly arrivals: Arrivals;
  readonly listener: RuntimeListener;
  readonly place: Place;
}

const listTimeoutMs = 10_000;
/** Doubts that come together are settled by one list. */
const doubtMs = 100;
/** An engine that is down is asked again this much later, twice as late after each failure. */
const firstRetryMs = 500;
const longestRetryMs = 30_000;

/** Keeps the fleet in line with one runtime: its events as they come, its whole list whenever it comes (back) up. */
export class RuntimeLink implements Disposable {
  readonly #options: RuntimeLinkOptions;
  readonly #recheck: AgendaTask;
  readonly #doubted = new Set<string>();
  readonly #stop: (() => void) | undefined;
  #record: RuntimeRecord;
  #isClosed = false;
  #listing: Promise<void> | null = null;
  #failures = 0;
  #hasNamed = false;

  constructor(options: RuntimeLinkOptions) {
    const { place, parts } = options;
    this.#options = options;
    this.#record = { id: place.runtimeId, type: place.runtime.type, status: 'down', reason: 'not asked yet' };
    this.#recheck = parts.agenda.task(() => void this.reconcile());
    options.locks.onIdle((id) => this.#settleDoubt(id));
    this.#stop = place.runtime.watch?.((event) => this.#onEvent(event));
  }

  get record(): RuntimeRecord {
    return this.#record;
  }

  /** Asks for the runtime's list and brings the log in line with it; never rejects. One list at a time. */
  reconcile(): Promise<void> {
    // A list that is being made may be older than the reason to ask for one.
    if (this.#listing !== null) this.#recheck.by(this.#options.parts.now() + doubtMs);
    this.#listing ??= this.#reconcileOnce().finally(() => {
      this.#listing = null;
    });
    return this.#listing;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#recheck.cancel();
    this.#stop?.();
  }

  async #reconcileOnce(): Promise<void> {
    const { place, listener, parts } = this.#options;
    const before = new Map(this.#records().map((record) => [record.id, record]));
    const infos = await this.#listOrGoDown();
    if (infos === null || this.#isClosed) return;
    this.#failures = 0;
    this.#setStatus('up', null);
    try {
      await this.#bringInLine(infos, before);
      listener.reconciled(place.runtimeId, infos);
      if (!this.#hasNamed) await this.#giveNames(infos, before);
    } catch (error) {
      // The engine answered; it is the log that does not take it now, as on a full disk.
      parts.logger.warn({ event: 'fleet.not-logged', runtimeId: place.runtimeId, reason: String(error) });
      this.#recheck.by(parts.now() + longestRetryMs);
    }
  }

  async #listOrGoDown(): Promise<readonly AgentInfo[] | null> {
    const { place, parts } = this.#options;
    try {
      return await this.#list();
    } catch (error) {
      if (this.#isClosed) return null;
      const reason = describeFailure(error);
      parts.logger.warn({ event: 'runtime.list-failed', runtimeId: place.runtimeId, reason });
      this.#goDown(reason);
      this.#failures += 1;
      return null;
    }
  }

  /** Agents that lost their session, as by `tmux kill-session`, still run: they get a new one. */
  async #list(): Promise<readonly AgentInfo[]> {
    const { runtime } = this.#options.place;
    const list = () => withDeadline(listTimeoutMs, (signal) => runtime.listAgents({ signal }));
    const infos = await list();
    const orphans = infos.filter(({ handle, status }) => handle.data['orphan'] === true && status === 'running');
    if (orphans.length === 0 || runtime.adoptAgent === undefined) return infos;
    for (const { handle } of orphans) {
      try {
        await withDeadline(listTimeoutMs, async (signal) => runtime.adoptAgent?.(handle, { signal }));
      } catch (error) {
        // One that cannot be taken in must not make all others unreachable.
        const { logger } = this.#options.parts;
        logger.warn({ event: 'agent.not-adopted', agentId: handle.agentId, reason: describeFailure(error) });
      }
    }
    return list();
  }

  /** An agent that changed while the engine made its list is left alone: the list may be older than the change. */
  async #bringInLine(infos: readonly AgentInfo[], before: ReadonlyMap<string, AgentRecord>): Promise<void> {
    const { place, parts, locks } = this.#options;
    const records = this.#records();
    const hasChanged = (record: AgentRecord) => {
      const was = before.get(record.id);
      return was === undefined || was.handle !== record.handle || was.lifecycle !== record.lifecycle;
    };
    const moved = new Set(records.filter(hasChanged).map(({ id }) => id));
    if (moved.size > 0) this.#recheck.by(parts.now() + doubtMs);
    const events = reconcile({
      place,
      records,
      infos,
      isBusy: (id) => locks.isBusy(id) || moved.has(id),
      isNameTaken: (name) => isNameUsed(parts.store.agents(), name),
    });
    if (events.length > 0) await parts.journal.append(...events);
  }

  /** An earlier hub may have ended between logging a new name and giving it: once, the runtime is told of the logged ones. */
  async #giveNames(infos: readonly AgentInfo[], before: ReadonlyMap<string, AgentRecord>): Promise<void> {
    const { place, parts, locks } = this.#options;
    this.#hasNamed = true;
    for (const { handle, config } of infos) {
      const { agentId: id } = handle;
      const name = before.get(id)?.name;
      if (name === undefined || config.name === undefined || config.name === name || locks.isBusy(id)) continue;
      try {
        await withDeadline(listTimeoutMs, async (signal) => place.runtime.renameAgent?.(handle, name, { signal }));
        // Its handle is another now.
        this.#recheck.by(parts.now() + doubtMs);
      } catch (error) {
        parts.logger.warn({ event: 'agent.not-renamed', agentId: id, reason: describeFailure(error) });
      }
    }
  }

  #records(): readonly AgentRecord[] {
    const { parts, place } = this.#options;
    return [...parts.store.agents()]
      .map(({ record }) => record)
      .filter(({ runtimeId }) => runtimeId === place.runtimeId);
  }

  #onEvent(event: RuntimeEvent): void {
    const { listener, parts } = this.#options;
    switch (event.type) {
      case 'output':
        return listener.output(event.agentId, event.data);
      case 'title':
        return listener.title(event.agentId, event.title);
      case 'foreground':
        return listener.foreground(event.agentId, event.command);
      case 'viewers':
        return parts.store.patch(event.agentId, { viewers: event.count });
      case 'up':
        return void this.reconcile();
      case 'down':
        return this.#goDown(event.reason);
      case 'added':
        return this.#onAdded(event.info);
      case 'exited':
      case 'gone':
      case 'restarted':
        return this.#onFate(event);
    }
  }

  #onAdded(info: AgentInfo): void {
    const { arrivals, locks } = this.#options;
    const { agentId } = info.handle;
    if (arrivals.announce(info) || locks.isBusy(agentId)) return;
    this.#recheck.by(this.#options.parts.now() + doubtMs);
  }

  /** The end or the new start of an agent. While a command works on it, only a list made afterwards can tell. */
  #onFate(event: Extract<RuntimeEvent, { type: 'exited' | 'gone' | 'restarted' }>): void {
    const { locks, parts, place } = this.#options;
    const { agentId: id } = event;
    const record = parts.store.find(id)?.record;
    if (locks.isBusy(id)) return void this.#doubted.add(id);
    if (record === undefined || record.runtimeId !== place.runtimeId) return;
    if (event.type === 'restarted') return this.#recheck.by(parts.now() + doubtMs);
    if (record.lifecycle === 'stopped') return;
    if (event.type === 'exited') {
      this.#append(...endEvents(record, event.exit));
      // tmux may tell the end of a program before it has its exit status.
      if (!isKnownExit(event.exit)) this.#recheck.by(parts.now() + doubtMs);
    } else if (record.lifecycle !== 'lost') {
      this.#append({ type: 'agent.lifecycle', id, lifecycle: 'lost', reason: 'its session is gone', exit: null });
    }
  }

  #settleDoubt(id: string): void {
    if (!this.#doubted.delete(id) || this.#isClosed) return;
    this.#recheck.by(this.#options.parts.now() + doubtMs);
  }

  /**
   * Its agents are out of reach until a list says what became of them: an engine that ended has none any more, one that
   * is only silent fails to answer.
   */
  #goDown(reason: string): void {
    this.#setStatus('down', reason);
    const events = unreachable(this.#records(), reason);
    if (events.length > 0) this.#append(...events);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#failures, 10));
    this.#recheck.by(this.#options.parts.now() + delayMs);
  }

  #append(...events: readonly FleetEventBody[]): void {
    const { journal, logger } = this.#options.parts;
    journal.append(...events).catch((error: unknown) => {
      logger.warn({ event: 'fleet.not-logged', reason: String(error) });
      // The runtime tells it once only; its list tells it again.
      this.#retryLater();
    });
  }

  #setStatus(status: RuntimeRecord['status'], reason: string | null): void {
    if (this.#record.status === status && this.#record.reason === reason) return;
    this.#record = { ...this.#record, status, reason };
    this.#options.parts.gatherer.touchRuntime(this.#record);
  }
}

function describeFailure(error: unknown): string {
  if (isTimeout(error)) return `it does not answer (waited ${listTimeoutMs / 1000} s)`;
  return error instanceof Error ? error.message : String(error);
}
