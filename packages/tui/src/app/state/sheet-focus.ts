import type { Workspace } from '../workspace-port.ts';
import type { Sheet } from './sheet.ts';
import type { Store } from './store.ts';

/** The store whose sheets are followed, and the workspace that makes room for them. */
export interface SheetFocusOptions {
  readonly store: Store;
  readonly workspace: Pick<Workspace, 'backToList' | 'focusPane' | 'widenList'>;
}

/** Sheets beside which the agents in their panes are looked at; all others need the room. */
const narrow: ReadonlySet<Sheet['kind']> = new Set(['prompt', 'message']);

/**
 * A sheet fills the window while it is open, and where it was asked for inside a pane, the list has the keyboard until
 * then.
 */
export class SheetFocus implements Disposable {
  readonly #options: SheetFocusOptions;
  readonly #stop: () => void;
  #hasSheet = false;
  #isWide = false;

  constructor(options: SheetFocusOptions) {
    this.#options = options;
    this.#stop = options.store.subscribe(() => this.#follow());
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #follow(): void {
    const { store } = this.#options;
    const { sheet, askedFrom, workspace } = store.getState();
    const hasSheet = sheet !== null;
    const isWide = hasSheet && !narrow.has(sheet.kind) && (this.#isWide || workspace.panes.length > 0);
    if (hasSheet && !this.#hasSheet && askedFrom !== null) this.#settle(this.#options.workspace.backToList());
    if (isWide !== this.#isWide) this.#settle(this.#options.workspace.widenList(isWide));
    if (!hasSheet && this.#hasSheet && askedFrom !== null)
      this.#settle(this.#options.workspace.focusPane(askedFrom.paneId, askedFrom.isZoomed));
    this.#isWide = isWide;
    this.#hasSheet = hasSheet;
  }

  // the pane may have closed meanwhile: then the keyboard is where tmux has put it, and the sheet as wide as there is room
  #settle(done: Promise<void>): void {
    done.catch(() => undefined);
  }
}
