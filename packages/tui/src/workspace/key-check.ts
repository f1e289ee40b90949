import { toReadableKey } from './key-names.ts';

/** What was found out about the keys at start. Kitty's key protocol needs no question: docs/decisions/0011. */
export interface KeyFacts {
  /** tmux names, `None` where there is none. */
  readonly prefix: string;
  readonly prefix2: string;
  /** Keys with a binding in the person's root table: they would miss them in our session. */
  readonly rootKeys: readonly string[];
  /** The terminal stops output on Ctrl+S and swallows Ctrl+Q; null when that could not be asked. */
  readonly hasFlowControl: boolean | null;
}

/** Keys that were chosen, as tmux names, and what a person should know of it. */
export interface KeyChoice {
  readonly leader: string | null;
  readonly back: string | null;
  /** One line each; empty when all is as it should be. */
  readonly notes: readonly string[];
}

// keymap.md: never Ctrl+C D Z S [ I M H J; these are what is left that few programs use
const candidates: readonly string[] = ['C-]', 'C-^', 'C-\\', 'C-_', 'C-g', 'C-o', 'M-`'];

/** Picks a leader that nothing else takes, and says whether Ctrl+Q gets through. Pure. */
export function chooseKeys(facts: KeyFacts, wanted = 'C-]'): KeyChoice {
  const taken = new Set([facts.prefix, facts.prefix2, ...facts.rootKeys]);
  const leader = [wanted, ...candidates].find((key) => !taken.has(key)) ?? null;
  const notes: string[] = [];
  if (leader !== wanted) notes.push(describeLeader(leader, wanted, facts));
  if (facts.hasFlowControl === true) notes.push('The terminal keeps Ctrl+Q for itself (XON/XOFF). Run: stty -ixon');
  const back = facts.prefix === 'C-q' || facts.prefix2 === 'C-q' ? null : 'C-q';
  if (back === null) notes.push('Ctrl+Q is your tmux prefix and stays so; leader q leads back to the list.');
  return { leader, back, notes };
}

function describeLeader(leader: string | null, wanted: string, facts: KeyFacts): string {
  const owner = wanted === facts.prefix || wanted === facts.prefix2 ? 'your tmux prefix' : 'bound in your tmux.conf';
  const instead =
    leader === null ? 'and no other is free: there is no leader' : `so the leader is ${toReadableKey(leader)}`;
  return `${toReadableKey(wanted)} is ${owner}, ${instead}.`;
}
