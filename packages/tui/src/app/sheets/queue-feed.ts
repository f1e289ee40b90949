import type { HubConnection } from '@swarm-tui/hub/client';
import type { Store } from '../state/store.ts';

/** Keeps the queue of an open message sheet fresh: asked when it opens and when one of its messages moved on. */
export class QueueFeed implements Disposable {
  readonly #hub: HubConnection;
  readonly #store: Store;
  readonly #unsubscribe: () => void;
  #agentId: string | null = null;
  #endWatch: (() => void) | undefined;

  constructor({ hub, store }: { readonly hub: HubConnection; readonly store: Store }) {
    this.#hub = hub;
    this.#store = store;
    this.#unsubscribe = store.subscribe(this.#follow);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#endWatch?.();
  }

  readonly #follow = (): void => {
    const { sheet } = this.#store.getState();
    const agentId = sheet?.kind === 'message' && sheet.agentIds.length === 1 ? (sheet.agentIds[0] ?? null) : null;
    if (agentId === this.#agentId) return;
    this.#agentId = agentId;
    this.#endWatch?.();
    this.#endWatch = undefined;
    if (agentId === null) return;
    this.#endWatch = this.#hub.watchEvents(({ event }) => {
      if (event.type.startsWith('message.') && event.id === agentId) this.#ask(agentId);
    });
    this.#ask(agentId);
  };

  #ask(agentId: string): void {
    this.#hub.request('agent.queue', { id: agentId }).then(
      ({ messages }) => {
        const { sheet } = this.#store.getState();
        if (sheet?.kind !== 'message' || sheet.agentIds.length !== 1 || sheet.agentIds[0] !== agentId) return;
        this.#store.dispatch({ type: 'sheet.update', sheet: { ...sheet, queue: messages } });
      },
      // The sheet then stays without a queue; what is sent still goes out.
      () => {},
    );
  }
}
