import type { AppState } from './app-state.ts';

/** One thing to begin with; `command` is what Enter runs. */
export interface FirstChoice {
  readonly command: string;
  readonly title: string;
}

/** What a person without any agent can choose from (screens.md, 3.6). */
export const firstChoices: readonly FirstChoice[] = [
  { command: 'new', title: 'Start an agent here' },
  { command: 'demo', title: 'See all of it with simulated agents, no login, 10 seconds' },
  { command: 'doctor', title: 'Check this machine' },
];

/** The hub has answered and there is nothing to list, so the list says how to begin. */
export function isFirstRun({ hasSnapshot, fleet, list }: AppState): boolean {
  return hasSnapshot && fleet.agents.size === 0 && list.filter === null && !list.isOnlyWaiting;
}

/** Moves the cursor of the choices. */
export function moveFirstChoice(state: AppState, count: number): AppState {
  const firstChoice = Math.max(0, Math.min(firstChoices.length - 1, state.firstChoice + count));
  return firstChoice === state.firstChoice ? state : { ...state, firstChoice };
}
