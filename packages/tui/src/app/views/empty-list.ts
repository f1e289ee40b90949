import { blank, fitLine, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { isFirstRun } from '../state/first-run.ts';
import { type FirstRunLook, firstRunLines } from './first-run-lines.ts';

function text(state: AppState): readonly string[] {
  const { filter, isOnlyWaiting } = state.list;
  if (!state.hasSnapshot) return [];
  if (filter !== null && filter.text.trim() !== '') return [`Nothing matches "${filter.text.trim()}". Esc clears.`];
  if (isOnlyWaiting) return ['Nobody waits for you. W shows all agents.'];
  return [];
}

/** What stands in a list without rows. */
export function emptyListLines(state: AppState, look: FirstRunLook): readonly Line[] {
  const { width } = look;
  if (isFirstRun(state)) return firstRunLines(state, look);
  const lines = text(state);
  return lines.length === 0
    ? []
    : [[blank(width)], ...lines.map((line) => fitLine([blank(2), span(line, 'dim')], width))];
}
