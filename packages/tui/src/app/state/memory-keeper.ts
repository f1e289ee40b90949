import type { MemoryPort } from '../machine-port.ts';
import type { AppState } from './app-state.ts';
import { parseMemory } from './memory.ts';
import type { Store } from './store.ts';

const SAVE_MS = 500;
/** Drafts that are larger are kept as long as the UI runs, not longer. */
const LARGEST_DRAFT = 100_000;

/** Brings back what was remembered once the first frame is drawn, and saves it soon after it changed. */
export class MemoryKeeper implements Disposable {
  readonly #store: Store;
  readonly #port: MemoryPort;
  readonly #unsubscribe: () => void;
  #saved: Pick<AppState, 'memory' | 'drafts'>;
  #timer: NodeJS.Timeout | undefined;
  #isLoaded = false;

  constructor({ store, port }: { readonly store: Store; readonly port: MemoryPort }) {
    this.#store = store;
    this.#port = port;
    this.#saved = store.getState();
    this.#unsubscribe = store.subscribe(this.#watch);
    void this.#load();
  }

  /** Saves at once what is not yet. */
  [Symbol.dispose](): void {
    this.#unsubscribe();
    if (this.#timer !== undefined) this.#save();
  }

  async #load(): Promise<void> {
    try {
      const memory = parseMemory(await this.#port.load());
      const { memory: first, drafts } = this.#store.getState();
      const isUntouched = first === this.#saved.memory && drafts === this.#saved.drafts;
      this.#store.dispatch({ type: 'memory.loaded', memory });
      this.#isLoaded = true;
      const { setAside } = this.#port;
      const text = `What this list remembered was damaged: it begins anew, the file is kept as ${setAside}`;
      if (typeof setAside === 'string') this.#store.dispatch({ type: 'toast', kind: 'error', text });
      if (isUntouched) this.#saved = this.#store.getState();
      else this.#watch();
    } catch {
      // What cannot be read is not overwritten either.
    }
  }

  readonly #watch = (): void => {
    const { memory, drafts } = this.#store.getState();
    if (memory === this.#saved.memory && drafts === this.#saved.drafts) return;
    if (this.#isLoaded) this.#timer ??= setTimeout(() => this.#save(), SAVE_MS).unref();
  };

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { memory, drafts } = this.#store.getState();
    this.#saved = { memory, drafts };
    const kept = [...drafts].filter(([, text]) => text.length <= LARGEST_DRAFT);
    // The next change tries again.
    this.#port.save({ ...memory, drafts: Object.fromEntries(kept) }).catch(() => {});
  }
}
