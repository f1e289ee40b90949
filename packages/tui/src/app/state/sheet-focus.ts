import type { Workspace } from '../workspace-port.ts';
import type { Store } from './store.ts';

export interface SheetFocusOptions {
  readonly store: Store;
  readonly workspace: Pick<Workspace, 'backToList' | 'focusPane'>;
}

/** A sheet that was asked for inside a pane: the list has the keyboard while it is open, then the pane has it again. */
export class SheetFocus implements Disposable {
  readonly #options: SheetFocusOptions;
  readonly #stop: () => void;
  #hasSheet = false;

  constructor(options: SheetFocusOptions) {
    this.#options = options;
    this.#stop = options.store.subscribe(() => this.#follow());
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #follow(): void {
    const { store, workspace } = this.#options;
    const { sheet, askedFrom } = store.getState();
    const hasSheet = sheet !== null;
    if (hasSheet === this.#hasSheet) return;
    this.#hasSheet = hasSheet;
    if (askedFrom === null) return;
    const done = hasSheet ? workspace.backToList() : workspace.focusPane(askedFrom.paneId, askedFrom.isZoomed);
    // the pane may have closed meanwhile: then the keyboard is where tmux has put it
    done.catch(() => undefined);
  }
}
