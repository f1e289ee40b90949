import { type AppState } from './app-state.ts';
import { CURSOR_HOLD_MS } from './reduce-list.ts';
import { regionsOf } from './screen-layout.ts';
import type { Store } from './store.ts';
import { visibleItems } from './visible-items.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const PULSE_MS = 500;
/** An agent pulses while bytes came in the last two seconds. */
const FRESH_MS = 2000;

function soonest(times: readonly (number | null)[], now: number): number {
  let next = MINUTE;
  for (const time of times) if (time !== null) next = Math.min(next, Math.max(0, time - now));
  return next;
}

/** Milliseconds until something on screen reads otherwise by the clock alone. */
export function nextTick(state: AppState): number {
  const { now, connection, undo, toasts, fleet, heldUntil } = state;
  const held = fleet.unsettled.size > 0 ? [heldUntil, heldUntil + CURSOR_HOLD_MS].find((time) => time > now) : null;
  const isCounting = connection.state === 'lost' || undo !== null;
  const next = soonest([held ?? null, isCounting ? now + SECOND : null, ...toasts.map(({ until }) => until)], now);
  for (const { item } of visibleItems(state, regionsOf(state)).shown) {
    const agent = item.kind === 'agent' ? fleet.agents.get(item.key) : undefined;
    if (agent !== undefined && now - agent.activity.since < MINUTE) return Math.min(next, SECOND);
  }
  return next;
}

/** A row in sight writes and the terminal looks: the pulse beats. */
export function isPulsing(state: AppState): boolean {
  if (!state.hasTerminalFocus || state.connection.state === 'lost') return false;
  return visibleItems(state, regionsOf(state)).shown.some(({ item }) => {
    const agent = item.kind === 'agent' ? state.fleet.agents.get(item.key) : undefined;
    return (
      agent?.lifecycle === 'running' && agent.activity.state === 'working' && state.now - agent.outputAt < FRESH_MS
    );
  });
}

/** What the ticker looks at. */
export interface TickerOptions {
  readonly store: Store;
  /** False with NO_MOTION, over a slow link, in screen-reader mode. */
  readonly hasMotion: () => boolean;
}

/** The one timer of the screen: counts seconds where they show, lets held rows go, beats the pulse. */
export class Ticker implements Disposable {
  readonly #store: Store;
  readonly #hasMotion: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  readonly #unsubscribe: () => void;

  constructor({ store, hasMotion }: TickerOptions) {
    this.#store = store;
    this.#hasMotion = hasMotion;
    this.#unsubscribe = store.subscribe(this.#plan);
    this.#plan();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  // Called on each change: only a deadline that comes nearer sets the timer anew.
  readonly #plan = (): void => {
    const state = this.#store.getState();
    const isBeating = this.#hasMotion() && isPulsing(state);
    const wait = Math.max(10, Math.min(nextTick(state), isBeating ? PULSE_MS : MINUTE));
    const dueAt = performance.now() + wait;
    if (this.#timer !== undefined && dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(this.#tick, wait);
    this.#timer.unref();
  };

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#store.dispatch({ type: 'tick' });
    const state = this.#store.getState();
    const isOff = state.pulse % 2 === 1;
    if ((this.#hasMotion() && isPulsing(state)) || isOff) this.#store.dispatch({ type: 'pulse' });
    this.#plan();
  };
}
