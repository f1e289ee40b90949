import { didYouMean } from '../config/near-words.ts';
import { CliError } from './cli-error.ts';

const keypad = '/ * - 7 8 9 + 4 5 6 1 2 3 Enter 0 .'.split(' ').map((key) => `KP${key}`);
const plainNames = `Up Down Left Right Home End Enter Escape Tab BTab Space BSpace PageUp PgUp PPage PageDown PgDn NPage
  Insert IC Delete DC F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12`.split(/\s+/);

/** Names of keys as tmux's manual lists them; it reads them without regard to case. */
export const keyNames: readonly string[] = [...plainNames, ...keypad];
const known: ReadonlySet<string> = new Set(keyNames.map((name) => name.toLowerCase()));

/** Whether tmux presses a key for this word; any other word it would type, letter by letter. */
function isKey(word: string): boolean {
  const [, base = ''] = /^(?:\^(?=.)|(?:[CMS]-(?=.))*)(.*)$/isu.exec(word) ?? [];
  return /^0x[0-9a-f]{1,6}$/iu.test(word) || known.has(base.toLowerCase()) || Array.from(base).length === 1;
}

/** Throws `wrong-usage` for the first word that is no key of tmux, and says which may have been meant. */
export function checkKeys(words: readonly string[]): void {
  const wrong = words.find((word) => !isKey(word));
  if (wrong === undefined) return;
  const base = wrong.replace(/^(?:[CMS]-)+/iu, '');
  throw new CliError('wrong-usage', `"${wrong}" is no key of tmux.`, {
    hint: `${didYouMean(base, keyNames, 'Keys are Enter, Escape, Up, C-c, M-x, F1, a.')} Text goes with: swarm-tui send NAME TEXT`,
  });
}
