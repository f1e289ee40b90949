import type { HubConnection, ScreenFrame } from '@swarm-tui/hub/client';
import { type AppState, selectedAgent } from './app-state.ts';
import { regionsOf } from './screen-layout.ts';
import type { Store } from './store.ts';

/** Moving fast through the list subscribes to nothing: the cursor must rest this long. */
const REST_MS = 60;
/** A screen that was shown this long with the terminal focused has been seen (screens.md, section 4). */
const SEEN_MS = 1000;

/** Agents in panes that somebody looks at: the one with the keyboard, and those beside the list that has it. */
function agentsInSight({ workspace, hasTerminalFocus }: AppState): readonly string[] {
  const { panes, focusedPaneId, isZoomed } = workspace;
  const isAttended = focusedPaneId === null && hasTerminalFocus && !isZoomed;
  const inSight = panes.filter(({ kind, paneId }) => kind === 'agent' && (isAttended || paneId === focusedPaneId));
  return inSight.map(({ agentId }) => agentId);
}

/** Watches the screen of the agent under the cursor, asks why it has its state, and tells the hub what was seen. */
export class ScreenFeed implements Disposable {
  readonly #hub: HubConnection;
  readonly #store: Store;
  readonly #unsubscribe: () => void;
  #agentId: string | null = null;
  #endWatch: (() => void) | undefined;
  #rest: NodeJS.Timeout | undefined;
  #seen: NodeJS.Timeout | undefined;
  #explained = '';
  /** Agents that the hub is being told of. */
  readonly #seeing = new Set<string>();

  constructor({ hub, store }: { readonly hub: HubConnection; readonly store: Store }) {
    this.#hub = hub;
    this.#store = store;
    this.#unsubscribe = store.subscribe(this.#follow);
    this.#follow();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#endWatch?.();
    clearTimeout(this.#rest);
    clearTimeout(this.#seen);
  }

  readonly #follow = (): void => {
    const state = this.#store.getState();
    const regions = regionsOf(state);
    const isShown = regions.preview !== null || regions.peek !== null;
    const agent = isShown ? selectedAgent(state) : undefined;
    const wanted = agent?.id ?? null;
    if (wanted !== this.#agentId) this.#change(wanted);
    else if (agent !== undefined && regions.details !== null) this.#explain(agent.id, agent.activity.since);
    this.#watchSeen(agent?.unread === true && state.hasTerminalFocus);
    for (const id of agentsInSight(state)) this.#seeAtOnce(id, state.fleet.agents.get(id)?.unread === true);
  };

  // What ended before the eyes of the person is no news, not even for a second.
  #seeAtOnce(id: string, isUnread: boolean): void {
    if (!isUnread || this.#seeing.has(id)) return;
    this.#seeing.add(id);
    const forget = (): void => void this.#seeing.delete(id);
    this.#hub.request('agent.seen', { id }).then(forget, forget);
  }

  #change(agentId: string | null): void {
    this.#agentId = agentId;
    this.#endWatch?.();
    this.#endWatch = undefined;
    this.#explained = '';
    clearTimeout(this.#rest);
    clearTimeout(this.#seen);
    this.#seen = undefined;
    this.#store.dispatch({ type: 'screen.watch', agentId });
    if (agentId !== null) this.#rest = setTimeout(() => this.#watch(agentId), REST_MS);
  }

  #watch(agentId: string): void {
    const take = (frame: ScreenFrame): void => this.#store.dispatch({ type: 'screen.frame', frame });
    this.#endWatch = this.#hub.watchScreen(agentId, take);
    // Best effort: figures that stay old show their age elsewhere, and the next turn end refreshes them.
    this.#hub.request('agent.refresh-git', { id: agentId }).catch(() => {});
    this.#follow();
  }

  // Asked again only when the state changed, never on a timer.
  #explain(agentId: string, since: number): void {
    const question = `${agentId} ${since}`;
    if (question === this.#explained || this.#endWatch === undefined) return;
    this.#explained = question;
    this.#hub.request('agent.explain', { id: agentId }).then(
      (explanation) => {
        if (this.#agentId === agentId) this.#store.dispatch({ type: 'explanation', explanation });
      },
      // The side then shows the state without its proof.
      () => {},
    );
  }

  #watchSeen(isUnread: boolean): void {
    if (!isUnread) {
      clearTimeout(this.#seen);
      this.#seen = undefined;
      return;
    }
    this.#seen ??= setTimeout(() => {
      if (this.#agentId === null) return;
      const failed = this.#seen;
      this.#hub.request('agent.seen', { id: this.#agentId }).catch(() => {
        // Told again after the next change.
        if (this.#seen === failed) this.#seen = undefined;
      });
    }, SEEN_MS);
  }
}
