import { hiddenMarks } from '../commands/targets.ts';
import type { AppState } from '../state/app-state.ts';
import { type Line, span } from './line.ts';

/** The right end of the hints: marks, the leader, or what a lost hub means. */
export function footerRight(state: AppState): Line {
  if (state.connection.state === 'lost') return [span('sends wait', 'dim')];
  const { marks } = state.list;
  const hidden = hiddenMarks(state);
  const marked = marks.size === 0 ? '' : `${marks.size} marked${hidden > 0 ? `, ${hidden} hidden` : ''}  `;
  const { leader } = state.workspace;
  return [
    ...(marked === '' ? [] : [span(marked, 'accent')]),
    ...(leader === null ? [] : [span('leader ', 'dim'), span(leader, 'key')]),
  ];
}
