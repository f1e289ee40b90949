import type { FleetChange, HubConnection } from '@swarm-tui/hub/client';
import type { Store } from './store.ts';

/** A frame at 30 a second. */
const FRAME_MS = 33;
/** A frame over a link that cannot take more. */
const SLOW_FRAME_MS = 200;

/** Where the fleet comes from and goes to. */
export interface FleetFeedOptions {
  readonly hub: HubConnection;
  readonly store: Store;
  /** The terminal did not take the last frame yet. */
  readonly isSlow: () => boolean;
}

/** Brings the hub's snapshot and deltas into the store: at most 30 times a second, 5 over a slow link. */
export class FleetFeed implements Disposable {
  readonly #store: Store;
  readonly #isSlow: () => boolean;
  readonly #ends: readonly (() => void)[];
  #waiting: FleetChange[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ hub, store, isSlow }: FleetFeedOptions) {
    this.#store = store;
    this.#isSlow = isSlow;
    this.#ends = [
      hub.onConnection((connection) => store.dispatch({ type: 'connection', connection })),
      hub.watchFleet({
        snapshot: (snapshot) => {
          this.#waiting = [];
          store.dispatch({ type: 'fleet.snapshot', snapshot });
        },
        delta: ({ changes }) => this.#take(changes),
      }),
    ];
    store.dispatch({ type: 'connection', connection: hub.connection });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
  }

  // The first change after a rest is shown at once, the following ones together.
  #take(changes: readonly FleetChange[]): void {
    this.#waiting.push(...changes);
    if (this.#timer === undefined) this.#flush();
  }

  readonly #flush = (): void => {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const changes = this.#waiting;
    this.#waiting = [];
    this.#timer = setTimeout(this.#flush, this.#isSlow() ? SLOW_FRAME_MS : FRAME_MS);
    this.#store.dispatch({ type: 'fleet.changes', changes });
  };
}
