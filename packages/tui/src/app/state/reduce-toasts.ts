import type { AppEventOf } from './app-event.ts';
import { type AppState, shownToast, type Toast } from './app-state.ts';
import { showCursor } from './reduce-list.ts';

/** A notice that needs no answer goes by itself. */
const INFO_MS = 4000;
/** What is kept to be read again with `:notices`. */
const MOST_NOTICES = 100;
/** More than that at once tells nobody anything. */
const MOST_TOASTS = 9;

/** Something to tell. The same once more, or what became of it, counts from anew instead of standing there twice. */
export function addToast(state: AppState, { kind, text, key }: AppEventOf<'toast'>): AppState {
  const id = (state.notices.at(-1)?.id ?? 0) + 1;
  const toast: Toast = { id, kind, text, key, at: state.now, until: kind === 'error' ? null : state.now + INFO_MS };
  const isOther = (old: Toast): boolean => key === undefined || old.key !== key;
  const others = state.toasts.filter((old) => old.text !== text && isOther(old));
  return showCursor({
    ...state,
    toasts: [...others, toast].slice(-MOST_TOASTS),
    notices: [...state.notices.filter(isOther), toast].slice(-MOST_NOTICES),
  });
}

/** Takes the one away that is on the screen; the next one shows. */
export function hideToast(state: AppState): AppState {
  const shown = shownToast(state.toasts);
  return showCursor({ ...state, toasts: state.toasts.filter((toast) => toast !== shown) });
}

/** The person has read them all. */
export function hideToasts(state: AppState): AppState {
  return showCursor({ ...state, toasts: [] });
}

/** Lets go what has had its time. */
export function dropOldToasts(state: AppState): AppState {
  const toasts = state.toasts.filter(({ until }) => until === null || until > state.now);
  return toasts.length === state.toasts.length ? state : showCursor({ ...state, toasts });
}
