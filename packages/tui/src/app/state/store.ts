import type { AppEvent } from './app-event.ts';
import type { AppState } from './app-state.ts';
import { reduce } from './reduce.ts';

/** What tells the time; tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Holds the state of the screen. Made for `useSyncExternalStore`. */
export class Store {
  #state: AppState;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();

  constructor(initial: AppState, clock: Clock) {
    this.#state = initial;
    this.#clock = clock;
  }

  readonly getState = (): AppState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Applies an event and tells the listeners when anything changed. */
  readonly dispatch = (event: AppEvent): void => {
    const next = reduce(this.#state, event, this.#clock.now());
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  };
}
