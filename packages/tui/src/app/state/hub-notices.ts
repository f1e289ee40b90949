import type { ConnectionState, HubConnection } from '@swarm-tui/hub/client';
import { errorText } from '../commands/error-text.ts';
import type { Store } from './store.ts';

/** Who is listened to, and where it is told. */
export interface HubNoticesOptions {
  readonly hub: HubConnection;
  readonly store: Store;
}

/** Tells the person, once each, what is wrong with the hub: its log was damaged, or it is one this program cannot talk to. */
export class HubNotices implements Disposable {
  readonly #hub: HubConnection;
  readonly #store: Store;
  readonly #end: () => void;
  readonly #told = new Set<string>();

  constructor({ hub, store }: HubNoticesOptions) {
    this.#hub = hub;
    this.#store = store;
    this.#end = hub.onConnection((connection) => this.#take(connection));
    this.#take(hub.connection);
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #take(connection: ConnectionState): void {
    if (connection.state === 'lost' && connection.error !== undefined) this.#tell(errorText(connection.error));
    if (connection.state !== 'connected') return;
    this.#hub.request('hub.status', {}).then(
      ({ warning }) => {
        if (warning !== null) this.#tell(warning);
      },
      // A hub that is gone again says so by its connection.
      () => {},
    );
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#store.dispatch({ type: 'toast', kind: 'error', text });
  }
}
