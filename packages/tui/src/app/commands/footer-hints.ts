import type { Hint } from '../layout/footer-line.ts';
import type { AppState } from '../state/app-state.ts';
import { isHubUp } from '../state/app-state.ts';
import { isFirstRun } from '../state/first-run.ts';
import type { Command } from './command.ts';
import { availability, type CommandRegistry } from './registry.ts';
import { shortKey } from './show-key.ts';

/** Ids of commands in the order of the footer, each with how long it stays when the width shrinks (0 stays longest). */
const listHints: readonly (readonly [id: string, rank: number])[] = [
  ['answer', 1],
  ['prompt', 2],
  ['open', 3],
  ['new', 4],
  ['new-many', 10],
  ['message', 11],
  ['diff', 6],
  ['finish', 12],
  ['split-right', 5],
  ['next-waiting', 7],
  ['only-waiting', 13],
  ['filter', 8],
  ['copy', 14],
  ['palette', 15],
  ['keys', 0],
];

const markHints: readonly (readonly [id: string, rank: number])[] = [
  ['mark', 1],
  ['mark-range', 2],
  ['message', 3],
  ['interrupt', 5],
  ['stop', 6],
  ['delete', 7],
  ['back', 4],
  ['keys', 0],
];

const lostHints: readonly (readonly [id: string, rank: number])[] = [
  ['open', 0],
  ['redraw', 1],
  ['keys', 2],
];

/** Without any agent Enter takes one of the choices. */
const firstHints: readonly (readonly [id: string, rank: number])[] = [
  ['open', 1],
  ['new', 2],
  ['keys', 0],
  ['quit', 3],
];

const lostTexts: Readonly<Record<string, string>> = { open: 'open (tmux still answers)', redraw: 'try now' };
const stoppedTexts: Readonly<Record<string, string>> = { ...lostTexts, redraw: 'start the hub' };

function hintsFor(state: AppState): typeof listHints {
  if (isFirstRun(state)) return firstHints;
  return state.list.marks.size > 0 ? markHints : listHints;
}

function hintText(command: Command, state: AppState): string {
  if (command.id === 'open' && isFirstRun(state)) return 'choose';
  return command.hint ?? command.title;
}

/** The hints that apply now. */
export function footerHints(registry: CommandRegistry, state: AppState): readonly Hint[] {
  const { connection } = state;
  const isLost = !isHubUp(state) && connection.state === 'lost';
  const lost = connection.state === 'lost' && connection.isStopped === true ? stoppedTexts : lostTexts;
  const wanted = isLost ? lostHints : hintsFor(state);
  return wanted.flatMap(([id, rank]): Hint[] => {
    const command = registry.find(id);
    const key = command?.keys[0];
    if (command === undefined || key === undefined || availability(command, state) === 'no') return [];
    const text = (isLost ? lost[id] : undefined) ?? hintText(command, state);
    return [{ key: shortKey(key), text, command: id, rank }];
  });
}
