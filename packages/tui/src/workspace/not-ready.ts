import type { WorkspaceState } from '../app/workspace-port.ts';

/** A workspace before it is open. */
export const notReady: WorkspaceState = {
  isReady: false,
  reason: 'Panes are not ready yet',
  panes: [],
  focusedPaneId: null,
  isZoomed: false,
  isDockShown: true,
  leader: null,
};
