import type { Toast } from '../app/state/app-state.ts';
import type { Store } from '../app/state/store.ts';

/** What notices of panes need. */
export interface PaneNoticesOptions {
  readonly store: Pick<Store, 'getState' | 'subscribe'>;
  /** Shows a line below the panes; empty takes it back. */
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** An error stays in the list until Esc, which cannot be pressed for it inside an agent. */
const longestMs = 8000;

/** Beside open panes the list is narrow or put away: what it says is said below them too. */
export function showNotices({ store, tell, signal }: PaneNoticesOptions): void {
  let said: Toast | undefined;
  let timer: NodeJS.Timeout | undefined;
  const follow = (): void => {
    const { toasts, workspace } = store.getState();
    const toast = toasts.at(-1);
    if (toast === said) return;
    const hadNone = said === undefined;
    said = toast;
    clearTimeout(timer);
    if (toast === undefined) return tell('');
    if (hadNone && workspace.panes.length === 0) return;
    tell(toast.text);
    timer = setTimeout(tell, longestMs, '').unref();
  };
  const unsubscribe = store.subscribe(follow);
  const stop = (): void => {
    unsubscribe();
    clearTimeout(timer);
  };
  signal.addEventListener('abort', stop, { once: true });
}
